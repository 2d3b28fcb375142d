import http from 'k6/http';
import { check } from 'k6';
import { BASE_URL, length } from '../shared/length.ts';
import { seeded } from '../shared/seed.ts';

export const options = {
  scenarios: {
    stress: {
      executor: 'constant-arrival-rate',
      rate: 50,
      timeUnit: '1s',
      duration: length('5m', '18s'),
      preAllocatedVUs: 50,
      maxVUs: 100,
    },
  },
};

export default function () {
  seeded();
  const complexity = 25 + Math.floor(Math.random() * 11);
  // People do not wait longer than this for a page. At 50 requests/s, waits of 2 s occupy exactly 100 VUs.
  const response = http.get(`${BASE_URL}/api/cpu-intensive?complexity=${complexity}`, {
    timeout: '2s',
    tags: { name: '/api/cpu-intensive' },
  });
  check(response, { 'status is 200': (r) => r.status === 200 });
}
