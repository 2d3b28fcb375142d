import { check } from 'k6';
import http from 'k6/http';
const api = {};
function register(name, run) {
  api[name] = run;
}
for (const name of ['search', 'add', 'set', 'map', 'sort', 'delete']) {
  register(name, (path) => http.get(__ENV.BASE_URL + path));
}
export default function () {
  check(api.search('/items'), { search: (r) => r.status === 200 });
  check(api.add('/items'), { add: (r) => r.json('items').length === 3 });
  check(api.set('/items'), { set: (r) => r.status === 200 });
  check(api.map('/items'), { map: (r) => r.status === 200 });
  check(api['sort']('/items'), { sort: (r) => r.status === 200 });
  const run = api.delete;
  check(run('/items'), { delete: (r) => r.status === 200 });
}
