/* global __ENV */
import http from 'k6/http';

export const options = { iterations: 2 };
const BASE = __ENV.BASE_URL;

export default function () {
  const set = http.get(`${BASE}/cookies/set`);
  console.log(set.cookies.session[0].value, set.cookies.theme[0].path, set.cookies.theme[0].http_only);
  http.get(`${BASE}/echo`);
  http.get(`${BASE}/cookies/scoped/page`);
  http.get(`${BASE}/echo`, { cookies: { extra: '1', session: { value: 'mine', replace: true } } });
  const jar = http.cookieJar();
  jar.set(BASE, 'manual', 'yes');
  console.log(JSON.stringify(Object.keys(jar.cookiesForURL(`${BASE}/`)).sort()));
  http.get(`${BASE}/echo`, { headers: { Cookie: 'raw=1' } });
  jar.clear(BASE);
  http.get(`${BASE}/echo`, { jar: new http.CookieJar() });
}
