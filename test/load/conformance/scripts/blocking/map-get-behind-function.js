import { check } from 'k6';
import http from 'k6/http';
const steps = new Map([['list', () => http.get(__ENV.BASE_URL + '/items')]]);
const find = (name) => steps.get(name);
export default function () {
  check(find('list')(), { 'status is 200': (r) => r.status === 200 });
  console.log('after');
}
