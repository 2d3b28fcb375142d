import { check } from 'k6';
import http from 'k6/http';
const table = Object.fromEntries(
  ['items', 'profile'].map((path) => [path, http.get.bind(null, __ENV.BASE_URL + '/' + path)]),
);
export default function () {
  check(table.items().json('items'), { 'items work': (items) => items.length === 3 });
  check(table.profile(), { 'the profile works': (r) => r.status === 200 });
}
