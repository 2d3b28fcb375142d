import { check } from 'k6';
import http from 'k6/http';
const to = (path) => (query) => http.get(__ENV.BASE_URL + path + query);
const compose =
  (...steps) =>
  (value) =>
    steps.reduce((result, step) => step(result), value);
export default function () {
  check(to('/items')('?a=1'), { curried: (r) => r.status === 200 });
  check(
    compose(
      (path) => path + '?b=2',
      (path) => to('/items')(path.slice(6)),
    )('/items'),
    { composed: (r) => r.status === 200 },
  );
}
