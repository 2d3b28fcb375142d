/* global __ENV */
import http from 'k6/http';
import { check } from 'k6';

export const options = { iterations: 1, batchPerHost: 2 };
const BASE = __ENV.BASE_URL;

export default function () {
  const list = http.batch([
    `${BASE}/items`,
    ['GET', `${BASE}/items/1`, null, { tags: { name: 'one' } }],
    ['POST', `${BASE}/echo`, { a: '1', b: 'two words' }],
    { method: 'PUT', url: `${BASE}/echo`, body: 'text', params: { headers: { 'X-Test': 'yes' } } },
    { method: 'DELETE', url: http.url`${BASE}/items/${2}` },
  ]);
  console.log(list.map((r) => r.status).join(' '));
  list.forEach((r) => check(r, { ok: (x) => x.status === 200 }));
  const named = http.batch({ first: `${BASE}/items/1`, second: ['GET', `${BASE}/items/2`] });
  console.log(named.first.json('id'), named.second.json('id'));
}
