/* global __ENV */
import http from 'k6/http';

export const options = { iterations: 1 };
const BASE = __ENV.BASE_URL;

export default function () {
  const followed = http.get(`${BASE}/redirect/302`);
  console.log(followed.status, followed.url.replace(BASE, ''), followed.request.url.replace(BASE, ''));
  const kept = http.post(`${BASE}/redirect/307`, 'body');
  console.log(kept.status, kept.url.replace(BASE, ''));
  const changed = http.post(`${BASE}/redirect/303`, { a: 1 });
  console.log(changed.status, changed.url.replace(BASE, ''));
  const stopped = http.get(`${BASE}/redirect/302`, { redirects: 0 });
  console.log(stopped.status, stopped.headers.Location);
}
