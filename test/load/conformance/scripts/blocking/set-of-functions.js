import { check } from 'k6';
import http from 'k6/http';
const steps = new Set([() => http.get(__ENV.BASE_URL + '/items')]);
export default function () {
  for (const run of steps) check(run(), { 'status is 200': (r) => r.status === 200 });
  steps.forEach((run) => check(run(), { 'forEach, too': (r) => r.status === 200 }));
}
