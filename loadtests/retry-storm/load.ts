import http from 'k6/http';
import { check, sleep } from 'k6';
import { BASE_URL, length } from '../shared/length.ts';
import { seeded } from '../shared/seed.ts';

/** How clients retry. `immediate` is the default of many libraries. */
const RETRIES = __ENV.RETRIES ?? 'immediate';
const ATTEMPTS = RETRIES === 'none' ? 1 : 4;
/** The share of a client's requests that may be retries when it keeps a budget. */
const BUDGET_SHARE = 0.1;
const BACKOFF_SECONDS = 0.5;

const few = {
  executor: 'constant-arrival-rate',
  rate: 2,
  timeUnit: '1s',
  duration: length('5m', '40s'),
  preAllocatedVUs: 10,
  maxVUs: 30,
};

export const options = {
  scenarios: {
    users: {
      executor: 'constant-arrival-rate',
      rate: 12,
      timeUnit: '1s',
      duration: length('5m', '40s'),
      preAllocatedVUs: 120,
      maxVUs: 400,
    },
    /** The trigger: for a moment, more users arrive than can be served. They behave like all others. */
    crowd: {
      executor: 'constant-arrival-rate',
      rate: 50,
      timeUnit: '1s',
      startTime: length('60s', '8s'),
      duration: length('10s', '4s'),
      preAllocatedVUs: 400,
      maxVUs: 600,
    },
    modest: { ...few, exec: 'modest' },
    control: { ...few, exec: 'control' },
  },
};

/** Every virtual user is a client with its own budget. */
let retriesLeft = 0;

function mayRetry() {
  if (RETRIES !== 'budget') return true;
  if (retriesLeft < 1) return false;
  retriesLeft -= 1;
  return true;
}

/** Exponential backoff with full jitter. */
function pause(attempt: number) {
  if (RETRIES === 'backoff') sleep(Math.random() * BACKOFF_SECONDS * 2 ** attempt);
}

function get() {
  return http.get(`${BASE_URL}/api/cpu-intensive?complexity=30`, {
    timeout: '2s',
    tags: { name: '/api/cpu-intensive' },
  });
}

/** One request of one user, repeated until it is answered or the client gives up. */
export default function () {
  seeded();
  retriesLeft = Math.min(retriesLeft + BUDGET_SHARE, 1);
  let response = get();
  for (let attempt = 1; attempt < ATTEMPTS && response.status !== 200 && mayRetry(); attempt++) {
    pause(attempt);
    response = get();
  }
  check(response, { 'answered in the end': (r) => r.status === 200 });
}

/** Sends the same request, but only once. */
export function modest() {
  check(get(), { 'status is 200': (r) => r.status === 200 });
}

/** Shares the process with the others, and nothing else. */
export function control() {
  const response = http.get(`${BASE_URL}/api/fast`, { timeout: '2s' });
  check(response, { 'status is 200': (r) => r.status === 200 });
}
