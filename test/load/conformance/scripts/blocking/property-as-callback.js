import { check } from 'k6';
import http from 'k6/http';
const api = Object.fromEntries([['search', (path) => http.get(__ENV.BASE_URL + path)]]);
export default function () {
  const responses = ['/items', '/profile'].map(api.search);
  check(responses, { 'all work': (all) => all.every((r) => r.status === 200) });
}
