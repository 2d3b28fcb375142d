import http from 'k6/http';
import { check, sleep } from 'k6';
import { BASE_URL, length } from '../shared/length.ts';
import { seeded } from '../shared/seed.ts';

const steady = {
  executor: 'constant-arrival-rate',
  rate: 5,
  timeUnit: '1s',
  duration: length('4m', '32s'),
  preAllocatedVUs: 20,
  maxVUs: 100,
};

export const options = {
  scenarios: {
    exhaust: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: [
        { duration: length('1m', '10s'), target: 50 },
        { duration: length('2m', '15s'), target: 100 },
        { duration: length('1m', '7s'), target: 50 },
      ],
      gracefulRampDown: '5s',
      gracefulStop: '5s',
    },
    victim: { ...steady, exec: 'victim' },
    control: { ...steady, exec: 'control' },
  },
};

function get(path: string, name: string) {
  const response = http.get(`${BASE_URL}${path}`, { timeout: '30s', tags: { name } });
  check(response, { 'status is 200': (r) => r.status === 200 });
}

export default function () {
  get('/api/db-pool-exhaust?concurrent_queries=30', '/api/db-pool-exhaust');
  sleep(0.1);
}

/** Reads one row by its primary key, over the same pool. */
export function victim() {
  seeded();
  get(`/api/order?id=${1 + Math.floor(Math.random() * 1000)}`, '/api/order');
}

/** Shares the process with the others, and nothing else. */
export function control() {
  get('/api/fast', '/api/fast');
}
