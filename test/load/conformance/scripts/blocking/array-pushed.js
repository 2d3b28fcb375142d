import { check } from 'k6';
import http from 'k6/http';
const steps = [];
steps.push(() => http.get(__ENV.BASE_URL + '/items'));
export default function () {
  check(steps[0](), { 'status is 200': (r) => r.status === 200 });
  check(steps.pop()(), { 'popped, too': (r) => r.status === 200 });
}
