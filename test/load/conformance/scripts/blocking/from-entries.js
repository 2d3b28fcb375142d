import { check } from 'k6';
import http from 'k6/http';
const table = Object.fromEntries(
  ['items', 'profile'].map((path) => [path, () => http.get(__ENV.BASE_URL + '/' + path)]),
);
export async function unused() {}
export default function () {
  check(table.items(), { 'items work': (r) => r.status === 200 });
  check(table.profile(), { 'the profile works': (r) => r.status === 200 });
}
