/* global __ENV */
import http from 'k6/http';
import { sleep } from 'k6';

export const options = {
  scenarios: {
    default: {
      executor: 'per-vu-iterations',
      vus: 1,
      iterations: 2,
      exec: 'browse',
      tags: { team: 'a' },
      env: { PAGE: '2' },
    },
  },
};

export function browse() {
  http.get(`${__ENV.BASE_URL}/items/${__ENV.PAGE}`);
  const ids = new Map([
    ['a', 1],
    ['b', 3],
  ]);
  ids.forEach((id, key) => console.log(key, http.get(`${__ENV.BASE_URL}/items/${id}`).json('id')));
  const pages = Array.from({ length: 2 }, (_, i) => http.get(`${__ENV.BASE_URL}/items/${i + 1}`).json('id'));
  console.log(
    pages,
    [[1], [2]].flatMap(([id]) => http.get(`${__ENV.BASE_URL}/items/${id}`).json('id')),
  );
  let n = 0;
  do {
    n++;
    sleep(0.001);
  } while (http.get(`${__ENV.BASE_URL}/items/${n}`).json('id') < 3);
  console.log('n', n, n > 2 && http.get(`${__ENV.BASE_URL}/items`).status);
}
