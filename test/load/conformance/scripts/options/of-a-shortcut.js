import { sleep } from 'k6';
import exec from 'k6/execution';
export const options = { stages: [{ duration: '1s', target: 1 }] };
export default function () {
  console.log(JSON.stringify(exec.test.options.scenarios));
  sleep(1.2);
}
