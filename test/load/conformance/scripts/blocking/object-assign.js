import { check } from 'k6';
import http from 'k6/http';
const api = Object.assign({}, { list: () => http.get(__ENV.BASE_URL + '/items') });
const copy = { ...api };
export default function () {
  check(api.list(), { assigned: (r) => r.status === 200 });
  check(copy.list(), { spread: (r) => r.status === 200 });
}
