import { type InPrometheus, ofRequests, type Selection } from './promql';

// Requests as the service counts them, in PromQL. A sum over no series is empty, not zero, so an expression
// that may match no series adds `or vector(0)`.

type Query = InPrometheus['query'];

const DIFFERS =
  'counted by the service once it has answered, so it excludes refused and reset connections, waits before the request is read, and the network; percentiles are interpolated within histogram buckets';

const asServed = (query: Query, more = ''): InPrometheus => ({ query, differs: more + DIFFERS });

const rate = (selection: Selection, range: string, ...more: string[]): string =>
  `sum(rate(http_request_duration_seconds_count${ofRequests(selection, ...more)}[${range}]))`;

const wellRate: Query = (selection, range) => `(${rate(selection, range, 'status=~"[23].."')} or vector(0))`;

/** Status 499 means that the client left before the response. */
const failures: Query = (selection, range) =>
  `(${rate(selection, range, 'status=~"[45].."')} or vector(0)) / ${rate(selection, range)}`;

const percentile =
  (share: number): Query =>
  (selection, range) =>
    `1000 * histogram_quantile(${share}, sum by (le) (rate(http_request_duration_seconds_bucket${ofRequests(selection)}[${range}])))`;

export const served = asServed((selection, range) => rate(selection, range));
export const servedWell = asServed(wellRate);
export const servedShare = asServed(
  (selection, range) => `${wellRate(selection, range)} / ${rate(selection, range)}`,
  'a share of the answered requests, not of the offered ones; ',
);
export const failedShare = asServed(failures);
export const quantile = (share: number): InPrometheus => asServed(percentile(share));

/** Responses whose status matches a pattern, with one exception. */
export function byStatus(pattern: string, except = ''): InPrometheus {
  const matchers = [`status=~"${pattern}"`, ...(except ? [`status!="${except}"`] : [])];
  return asServed((selection, range) => `(${rate(selection, range, ...matchers)} or vector(0))`);
}

/** A failure rate of a twentieth exceeds any error budget, and people notice a wait of a second. */
export const HARMFUL = { errorShare: 0.05, medianMs: 1000 };

export const harmed = asServed((selection, range) => {
  const slow = `(${percentile(0.5)(selection, range)} > bool ${HARMFUL.medianMs})`;
  return `clamp_max((${failures(selection, range)} > bool ${HARMFUL.errorShare}) + ${slow}, 1)`;
});
