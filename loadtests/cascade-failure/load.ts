import http from 'k6/http';
import { check } from 'k6';
import { BASE_URL, length } from '../shared/length.ts';

const steady = {
  executor: 'constant-arrival-rate',
  rate: 5,
  timeUnit: '1s',
  duration: length('7m', '40s'),
  preAllocatedVUs: 20,
  maxVUs: 200,
};

export const options = {
  scenarios: {
    cascade: {
      executor: 'ramping-arrival-rate',
      startRate: 10,
      timeUnit: '1s',
      preAllocatedVUs: 100,
      maxVUs: 1000,
      stages: [
        { duration: length('1m', '8s'), target: 10 },
        { duration: length('3m', '14s'), target: 50 },
        { duration: length('3m', '18s'), target: 100 },
      ],
    },
    victim: { ...steady, exec: 'victim' },
    control: { ...steady, exec: 'control' },
  },
};

function get(path: string) {
  const response = http.get(`${BASE_URL}${path}`, { timeout: '30s' });
  check(response, { 'status is 200': (r) => r.status === 200 });
}

export default function () {
  get('/api/cascade-failure');
}

/** Makes one call, normally quick, to the same downstream over the same sockets. */
export function victim() {
  get('/api/price');
}

/** Shares the process with the others, and nothing else. */
export function control() {
  get('/api/fast');
}
