import http from 'k6/http';
import { check, sleep } from 'k6';
import { BASE_URL, length } from '../shared/length.ts';

export const options = {
  scenarios: {
    users: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: [
        { duration: length('2m', '4s'), target: 50 },
        { duration: length('5m', '4s'), target: 50 },
        { duration: length('2m', '4s'), target: 100 },
        { duration: length('5m', '4s'), target: 100 },
        { duration: length('2m', '4s'), target: 0 },
      ],
    },
  },
  thresholds: {
    http_req_duration: ['p(95)<500', 'p(99)<1000'],
    http_req_failed: ['rate<0.001'],
  },
};

export default function () {
  const responses = http.batch([
    ['GET', `${BASE_URL}/api/fast`],
    ['GET', `${BASE_URL}/api/ping`],
    ['GET', `${BASE_URL}/health`],
  ]);
  for (const response of responses) check(response, { 'status is 200': (r) => r.status === 200 });
  sleep(1);
}
