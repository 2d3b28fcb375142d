/* global __ENV, open */
import http from 'k6/http';

export const options = { iterations: 1 };
const BASE = __ENV.BASE_URL;
const text = open('./lib/data.txt');
const bytes = open('./lib/data.txt', 'b');

export default function () {
  const json = http.post(`${BASE}/echo`, JSON.stringify({ name: 'Zoë', list: [1, 2] }), {
    headers: { 'content-type': 'application/json', 'X-Number': 5 },
  });
  console.log(json.json('body'), json.headers['Content-Type'], json.status_text);
  console.log(http.put(`${BASE}/echo`, { 'a b': 'c&d', e: ['1', '2'], f: true }).json('body'));
  console.log(http.patch(`${BASE}/echo`, text).json('body'));
  console.log(http.post(`${BASE}/echo`, bytes).json('body'));
  console.log(
    http.post(`${BASE}/echo`, { file: http.file('content', 'a.txt', 'text/plain') }).json('length'),
  );
  console.log(http.request('GET', `${BASE}/echo`, 'with body').json('body'));
  console.log(
    http.post(`${BASE}/echo`).json('body'),
    http.options(`${BASE}/echo`).status,
    http.head(`${BASE}/items`).body,
  );
  console.log(new Uint8Array(http.get(`${BASE}/binary`, { responseType: 'binary' }).body).join(','));
  console.log(http.get(`${BASE}/items`, { responseType: 'none' }).body);
  console.log(http.get(`${BASE}/unicode`).body);
  console.log(http.get(BASE.replace('://', '://ada:secret@') + '/echo', { auth: 'basic' }).status);
}
