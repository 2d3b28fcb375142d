import { check } from 'k6';
import http from 'k6/http';
import { Registry } from '../lib/registry.js';
const registry = new Registry();
registry.add('list', (query) => http.get(__ENV.BASE_URL + '/items' + query));
export default function () {
  check(registry.run('list', '?a=1'), { 'status is 200': (r) => r.status === 200 });
}
