import { check } from 'k6';
import http from 'k6/http';
function load(path) {
  return http.get(__ENV.BASE_URL + path);
}
const bound = load.bind(null, '/items');
const later = [load];
export default function () {
  check(bound(), { bound: (r) => r.status === 200 });
  check(later[0].apply(null, ['/items']), { applied: (r) => r.status === 200 });
  check(Reflect.apply(load, null, ['/items']), { reflected: (r) => r.status === 200 });
}
