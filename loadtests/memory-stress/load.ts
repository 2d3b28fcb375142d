import http from 'k6/http';
import { check, sleep } from 'k6';
import { BASE_URL, length } from '../shared/length.ts';
import { seeded } from '../shared/seed.ts';

export const options = {
  scenarios: {
    leak: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: [
        { duration: length('2m', '18s'), target: 20 },
        { duration: length('5m', '18s'), target: 20 },
      ],
      gracefulRampDown: '5s',
      gracefulStop: '5s',
    },
  },
};

export default function () {
  seeded();
  const megabytes = 10 + Math.floor(Math.random() * 21);
  const response = http.get(`${BASE_URL}/api/memory-leak?size_mb=${megabytes}`, {
    timeout: '10s',
    tags: { name: '/api/memory-leak' },
  });
  check(response, { 'status is 200': (r) => r.status === 200 });
  sleep(1);
}
