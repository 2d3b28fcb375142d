import { check } from 'k6';
import http from 'k6/http';
import { Counter, Trend } from 'k6/metrics';

const seen = new Trend('seen', true);
const bytes = new Counter('bytes');

export const options = { vus: Number(__ENV.VUS), duration: `${__ENV.SECONDS}s` };

/** As many requests as possible, with checks and metrics. */
export default function () {
  const response = http.get(`${__ENV.BASE_URL}/`);
  check(response, {
    'status is 200': ({ status }) => status === 200,
    'has a body': ({ body }) => String(body).length > 0,
  });
  seen.add(response.timings.duration);
  bytes.add(String(response.body).length);
}
