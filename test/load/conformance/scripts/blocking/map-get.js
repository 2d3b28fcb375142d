import { check } from 'k6';
import http from 'k6/http';
const steps = new Map();
steps.set('list', () => http.get(__ENV.BASE_URL + '/items'));
export default function () {
  check(steps.get('list')(), { 'status is 200': (r) => r.status === 200 });
}
