/* global __ENV */
import http from 'k6/http';

export const options = { iterations: 1 };
const BASE = __ENV.BASE_URL;

// A reused connection breaks before the response: what can be repeated is, once, on a new connection.
export default function () {
  http.get(`${BASE}/items`);
  console.log('get', http.get(`${BASE}/close-reused`).status);
  console.log('post', http.post(`${BASE}/close-reused`, 'x').error);
}
