import { check } from 'k6';
import http from 'k6/http';
const api = Object.fromEntries(
  ['create', 'update', 'delete'].map((name) => [name, () => http.get(__ENV.BASE_URL + '/items')]),
);
export default function () {
  const response = api.update();
  check(response.json('items'), { 'is parsed': (items) => items.length === 3 });
  check(api.create.call(null), { 'is called': (r) => r.status === 200 });
}
