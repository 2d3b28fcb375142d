import { check } from 'k6';
import http from 'k6/http';

const warmUpSeconds = Number(__ENV.WARM_UP_SECONDS);
/** Time for the last requests of the warm-up to end. */
const PAUSE_SECONDS = 1;

const arrivals = {
  executor: 'constant-arrival-rate',
  rate: Number(__ENV.RATE),
  timeUnit: '1s',
  preAllocatedVUs: Number(__ENV.VUS),
  gracefulStop: `${PAUSE_SECONDS}s`,
} as const;

/** A fixed schedule after a warm-up of both sides, with requests to URL_PATH. */
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
  // The summary includes this part only if it has a threshold.
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
