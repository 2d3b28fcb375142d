/* global __ENV */
import http from 'k6/http';
import exec from 'k6/execution';
import { sleep } from 'k6';

/** The load as data: `Load` in labelled.ts. */
const load = JSON.parse(__ENV.LOAD);
const usersOf = Object.fromEntries(load.users.map((users, index) => [`users-${index + 1}`, users]));

const TIMEOUT_SECONDS = 5;
const MOST_VUS = 600;

export const options = {
  scenarios: Object.fromEntries(Object.entries(usersOf).map(([name, users]) => [name, scenarioOf(users)])),
};

function scenarioOf(users) {
  const { from = 0, to = load.seconds, vus, rate } = users;
  const duration = to - from;
  const common = { startTime: `${from}s`, duration: `${duration}s`, gracefulStop: '3s' };
  if (vus) return { executor: 'constant-vus', vus, ...common };
  const all = Math.min(rate * Math.min(duration, longest(users)), MOST_VUS);
  // Of ten seconds, because a rate is a whole number.
  const arrivals = { rate: Math.round(rate * 10), timeUnit: '10s' };
  return { executor: 'constant-arrival-rate', preAllocatedVUs: Math.ceil(all) + 5, ...arrivals, ...common };
}

/** The longest time of an iteration, in seconds. */
function longest({ requests = 1, retries = 0, timeoutSeconds = TIMEOUT_SECONDS, pauseSeconds = 0 }) {
  return requests * (1 + retries) * timeoutSeconds + pauseSeconds;
}

export default function () {
  const users = usersOf[exec.scenario.name];
  for (let request = 0; request < (users.requests ?? 1); request++) ask(users);
  if (users.pauseSeconds) sleep(users.pauseSeconds);
}

/** One request, repeated at once until it succeeds or the client gives up. */
function ask({ path, name = path.split('?')[0], timeoutSeconds = TIMEOUT_SECONDS, retries = 0 }) {
  for (let attempt = 0; attempt <= retries; attempt++) {
    const { status } = http.get(`${__ENV.BASE_URL}${path}`, {
      timeout: `${timeoutSeconds}s`,
      tags: { name },
    });
    if (status >= 200 && status < 400) return;
  }
}
