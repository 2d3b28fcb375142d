/* global open */
import exec from 'k6/execution';
import { SharedArray } from 'k6/data';
import crypto from 'k6/crypto';
import encoding from 'k6/encoding';

export const options = { iterations: 2 };
const users = new SharedArray('users', () => JSON.parse(open('./lib/users.json')));
let counter = 0;

export default function () {
  counter++;
  console.log(
    counter,
    users.length,
    users[counter - 1].name,
    exec.vu.iterationInInstance,
    exec.scenario.name,
  );
  exec.vu.metrics.tags.user = users[0].name;
  console.log(exec.vu.metrics.tags.user, exec.vu.idInTest, exec.scenario.iterationInTest);
  console.log(
    crypto.sha256('text', 'hex'),
    crypto.hmac('md5', 'key', 'text', 'base64'),
    encoding.b64encode('text', 'rawurl'),
  );
  try {
    users[0].name = 'other';
  } catch (error) {
    console.log(error.name);
  }
  console.log([typeof process, typeof require, typeof Buffer, typeof fetch].join());
}
