import http from 'k6/http';
import { check, sleep } from 'k6';
import { BASE_URL, length } from '../shared/length.ts';

export const options = {
  scenarios: {
    users: {
      executor: 'ramping-vus',
      startVUs: 5,
      stages: [
        { duration: length('1m', '5s'), target: 5 },
        { duration: length('30s', '6s'), target: 36 },
        { duration: length('3m30s', '25s'), target: 36 },
      ],
      gracefulRampDown: '5s',
      gracefulStop: '5s',
    },
    victim: {
      executor: 'constant-arrival-rate',
      rate: 2,
      timeUnit: '1s',
      duration: length('5m', '36s'),
      preAllocatedVUs: 10,
      maxVUs: 60,
      exec: 'victim',
    },
  },
};

/** People pause between requests, and longer after a failure. */
const PAUSE_SECONDS = 0.2;
const PAUSE_AFTER_FAILURE_SECONDS = 1;

function get(path: string, name: string) {
  const response = http.get(`${BASE_URL}${path}`, { timeout: '30s', tags: { name } });
  return check(response, { 'status is 200': (r) => r.status === 200 });
}

/** Each user sends a request, waits for the answer and sends the next one: never two at a time. */
export default function () {
  const answered = get('/api/cpu-intensive?complexity=30', '/api/cpu-intensive');
  sleep(answered ? PAUSE_SECONDS : PAUSE_AFTER_FAILURE_SECONDS);
}

/** Needs next to nothing, but from the same process. */
export function victim() {
  get('/api/fast', '/api/fast');
}
