import http from 'k6/http';
import { check, sleep } from 'k6';
import { BASE_URL, length } from '../shared/length.ts';
import { seeded } from '../shared/seed.ts';

export const options = {
  scenarios: {
    wait: { executor: 'constant-vus', vus: 30, duration: length('5m', '18s'), gracefulStop: '10s' },
  },
};

export default function () {
  seeded();
  const seconds = 3 + Math.floor(Math.random() * 6);
  const response = http.get(`${BASE_URL}/api/slow?delay=${seconds}`, {
    timeout: '30s',
    tags: { name: `/api/slow?delay=${seconds}` },
  });
  check(response, { 'status is 200': (r) => r.status === 200 });
  sleep(1);
}
