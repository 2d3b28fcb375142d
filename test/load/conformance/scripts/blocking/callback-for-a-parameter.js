import { check } from 'k6';
import http from 'k6/http';
const call = (run) => run();
const around = (f, path) => f(() => http.get(__ENV.BASE_URL + path));
const runners = { once: call };
const choose = (name) => runners[name];
export default function () {
  check(around(call, '/items'), { 'a parameter': (r) => r.json('items').length === 3 });
  const run = choose('once');
  check(
    run(() => http.get(__ENV.BASE_URL + '/profile')),
    { 'a chosen function': (r) => r.status === 200 },
  );
  check(
    choose('once')(() => http.get(__ENV.BASE_URL + '/profile')),
    { 'a function that is returned': (r) => r.status === 200 },
  );
}
