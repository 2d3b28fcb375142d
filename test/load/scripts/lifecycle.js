/* global __ENV */
import http from 'k6/http';
import { check } from 'k6';

export const options = { iterations: 2 };
const BASE = __ENV.BASE_URL;

export function setup() {
  const token = http.post(`${BASE}/login`, '{"user":"setup"}').json('token');
  return { token, list: [1, 2] };
}

export default function (data) {
  check(http.get(`${BASE}/profile`, { headers: { Authorization: data.token } }), {
    ok: (r) => r.status === 200,
  });
  console.log(data.token, data.list.length, data.list[1]);
}

export function teardown(data) {
  http.del(`${BASE}/items/9`, null, { headers: { Authorization: data.token } });
  console.log('teardown', data.token);
}

export function handleSummary() {
  return { stdout: '' };
}
