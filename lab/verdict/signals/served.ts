import { type InPrometheus, ofRequests, type Selection } from './promql';

// Requests as the service counts them, in PromQL. A sum over no series is empty, not zero: what may have none gets
// its zero by `or vector(0)`.

type Query = InPrometheus['query'];

const DIFFERS =
  'counted by the service when it has answered: connections refused or reset, waits before the request is read and anything in the network are not in it; percentiles are interpolated within the buckets of a histogram';

const asServed = (query: Query, more = ''): InPrometheus => ({ query, differs: more + DIFFERS });

const rate = (selection: Selection, range: string, ...more: string[]): string =>
  `sum(rate(http_request_duration_seconds_count${ofRequests(selection, ...more)}[${range}]))`;

const wellRate: Query = (selection, range) => `(${rate(selection, range, 'status=~"[23].."')} or vector(0))`;

/** Status 499 is a client that went away before its answer. */
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
  'of the requests that were answered, not of those offered; ',
);
export const failedShare = asServed(failures);
export const quantile = (share: number): InPrometheus => asServed(percentile(share));

/** Answers of the statuses that a pattern fits, but for one. */
export function byStatus(pattern: string, except = ''): InPrometheus {
  const matchers = [`status=~"${pattern}"`, ...(except ? [`status!="${except}"`] : [])];
  return asServed((selection, range) => `(${rate(selection, range, ...matchers)} or vector(0))`);
}

/** A twentieth failing is beyond any error budget, and a second beyond what people do not notice. */
export const HARMFUL = { errorShare: 0.05, medianMs: 1000 };

export const harmed = asServed((selection, range) => {
  const slow = `(${percentile(0.5)(selection, range)} > bool ${HARMFUL.medianMs})`;
  return `clamp_max((${failures(selection, range)} > bool ${HARMFUL.errorShare}) + ${slow}, 1)`;
});
