import { check } from 'k6';
import http from 'k6/http';
class Client {
  constructor(base) {
    for (const method of ['get', 'delete']) {
      this[method] = (path) => http.request(method.toUpperCase(), base + path);
    }
  }
  both(path) {
    return [this.get(path), this.delete(path)];
  }
}
class Store {}
for (const name of ['search', 'replace']) {
  Store.prototype[name] = function (path) {
    return http.get(__ENV.BASE_URL + path);
  };
}
export default function () {
  const client = new Client(__ENV.BASE_URL);
  const store = new Store();
  check(client.delete('/items'), { deleted: (r) => r.status === 200 });
  check(client.both('/items'), { both: (all) => all.every((r) => r.status === 200) });
  check(store.search('/items'), { found: (r) => r.status === 200 });
  check(store.replace('/items').json('items'), { replaced: (items) => items.length === 3 });
}
