import { check } from 'k6';
import http from 'k6/http';
class Api {
  constructor(base) {
    this.base = base;
  }
  items() {
    return http.get(this.base + '/items');
  }
  call(name) {
    return this[name]();
  }
}
export default function () {
  const api = new Api(__ENV.BASE_URL);
  for (const name of ['items']) check(api.call(name), { 'status is 200': (r) => r.status === 200 });
}
