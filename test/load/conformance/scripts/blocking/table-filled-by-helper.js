import { check } from 'k6';
import http from 'k6/http';
const table = {};
function register(name, run) {
  table[name] = run;
}
register('list', () => http.get(__ENV.BASE_URL + '/items'));
export default function () {
  check(table.list(), { 'by name': (r) => r.status === 200 });
  const key = 'list';
  check(table[key](), { 'by key': (r) => r.status === 200 });
}
