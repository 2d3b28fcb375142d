import { check, sleep } from 'k6';
import http from 'k6/http';
const steps = new Map([['list', () => http.get(__ENV.BASE_URL + '/items')]]);
export async function unused() {}
export default function () {
  for (const [name, run] of steps) check(run(), { [name + ' works']: (r) => r.status === 200 });
  sleep(0.01);
}
