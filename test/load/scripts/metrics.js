/* global __ENV, __ITER */
import http from 'k6/http';
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';

export const options = { iterations: 2, tags: { suite: 'metrics' } };
const errors = new Counter('my_errors');
const level = new Gauge('my_level');
const success = new Rate('my_success');
const size = new Trend('my_size');

export default function () {
  const response = http.get(`${__ENV.BASE_URL}/items`, { tags: { kind: 'list' } });
  errors.add(response.status === 200 ? 0 : 1);
  errors.add(2, { reason: 'made up' });
  try {
    errors.add(1, { none: null });
  } catch (error) {
    console.log(error.message);
  }
  level.add(__ITER + 1);
  success.add(response.status === 200);
  success.add(0, { second: 'yes' });
  size.add(response.body.length);
}
