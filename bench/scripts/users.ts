import { check, sleep } from 'k6';
import http from 'k6/http';

export const options = { vus: Number(__ENV.VUS), duration: `${__ENV.SECONDS}s` };

/** Users that mostly wait: the memory that each of them holds matters. */
export default function () {
  const response = http.get(`${__ENV.BASE_URL}/`);
  check(response, { 'status is 200': ({ status }) => status === 200 });
  sleep(1);
}
