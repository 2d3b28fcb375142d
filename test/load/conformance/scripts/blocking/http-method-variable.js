import { check } from 'k6';
import http from 'k6/http';
function call(method, path, body) {
  const r = http[method](__ENV.BASE_URL + path, body);
  check(r, { [method + ' works']: (x) => x.status === 200 });
}
export default function () {
  call('get', '/items');
  call('post', '/echo', 'x');
}
