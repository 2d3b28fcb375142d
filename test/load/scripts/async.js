/* global __ENV */
import http from 'k6/http';
import { sleep } from 'k6';

export const options = { iterations: 1 };
const BASE = __ENV.BASE_URL;

async function status(path) {
  const response = await http.asyncRequest('GET', BASE + path);
  return response.status;
}

function blocking() {
  sleep(0.005);
  return http.get(`${BASE}/items/3`).json('id');
}

export default async function () {
  const [a, b] = await Promise.all([status('/items'), status('/status/404')]);
  console.log(a, b, blocking());
  await http.asyncRequest('POST', `${BASE}/echo`, 'later').then((r) => console.log(r.json('body')));
  setTimeout(() => console.log('timer', blocking()), 5);
}
