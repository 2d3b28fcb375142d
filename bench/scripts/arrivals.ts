import { check } from 'k6';
import http from 'k6/http';

const warmUpSeconds = Number(__ENV.WARM_UP_SECONDS);
/** For what the warm-up has begun to end in. */
const PAUSE_SECONDS = 1;

const arrivals = {
  executor: 'constant-arrival-rate',
  rate: Number(__ENV.RATE),
  timeUnit: '1s',
  preAllocatedVUs: Number(__ENV.VUS),
  gracefulStop: `${PAUSE_SECONDS}s`,
} as const;

/** A schedule to be kept, once the code of both ends is hot; what is asked for is at URL_PATH. */
export const options = {
  summaryTrendStats: ['med', 'p(99)'],
  scenarios: {
    warmUp: { ...arrivals, duration: `${warmUpSeconds}s`, env: { URL_PATH: __ENV.WARM_UP_PATH } },
    measured: {
      ...arrivals,
      startTime: `${warmUpSeconds + PAUSE_SECONDS}s`,
      duration: `${__ENV.SECONDS}s`,
    },
  },
  // Without a threshold there is no such part in the summary.
  thresholds: { 'http_req_duration{scenario:measured}': [] },
};

export default function () {
  const response = http.get(`${__ENV.BASE_URL}${__ENV.URL_PATH}`);
  check(response, { 'status is 200': ({ status }) => status === 200 });
}

interface Summary {
  metrics: Record<string, { values: Record<string, number> } | undefined>;
}

export function handleSummary({ metrics }: Summary) {
  const duration = metrics['http_req_duration{scenario:measured}']?.values;
  const summary = {
    p50: duration?.med,
    p99: duration?.['p(99)'],
    failed: metrics.http_req_failed?.values.rate,
  };
  return { stdout: `${JSON.stringify(summary)}\n` };
}
