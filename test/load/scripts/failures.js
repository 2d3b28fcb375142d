/* global __ENV */
import http from 'k6/http';
import { check } from 'k6';

export const options = { iterations: 1 };
const BASE = __ENV.BASE_URL;

function show(name, r) {
  console.log(name, r.status, r.error, r.error_code, r.body === null ? 'no body' : r.body);
  check(r, { [`${name} failed`]: (x) => x.status === 0 || x.status >= 400 });
}

export default function () {
  show('not found', http.get(`${BASE}/status/404`));
  show('server error', http.get(`${BASE}/status/503`));
  show('timeout', http.get(`${BASE}/slow?ms=2000`, { timeout: '100ms' }));
  show('closed', http.get(`${BASE}/close`));
  show('closed after a part', http.get(`${BASE}/half`));
  show('refused', http.get('http://127.0.0.1:1/'));
  show('scheme', http.get('nowhere'));
  show(
    'expected 404',
    http.get(`${BASE}/status/404`, { responseCallback: http.expectedStatuses(404, { min: 500, max: 599 }) }),
  );
  http.setResponseCallback(http.expectedStatuses(200));
  show('unexpected 201', http.get(`${BASE}/status/201`));
  http.setResponseCallback(null);
  show('nothing expected', http.get(`${BASE}/status/500`));
  try {
    http.get('http://127.0.0.1:1/', { throw: true, tags: { name: 'thrown' } });
    console.log('not thrown');
  } catch (error) {
    console.log('caught', error.name);
  }
}
