import type { RequestOutcome } from '../../model/events';

/** A line of k6's JSON output that the lab uses. */
export type K6Sample =
  | { kind: 'definition'; name: string; type: string; contains: string }
  | { kind: 'point'; metric: string; value: number; epochMs: number; tags: Record<string, string> };

const DEFINITION = '{"type":"Metric"';
/**
 * Metrics whose points are used; the summary has the rest. Most lines can be skipped by these prefixes alone.
 */
const POINTS = ['http_req_duration', 'iterations', 'dropped_iterations', 'vus'].map(
  (name) => `{"metric":"${name}",`,
);
const ANY_POINT = '{"metric":"';

/** The sample in a line; 'skip' for one that is not needed; undefined for a line that is not a k6 sample. */
export function parseSample(line: string): K6Sample | 'skip' | undefined {
  if (POINTS.some((prefix) => line.startsWith(prefix))) {
    const { metric, data } = JSON.parse(line);
    return { kind: 'point', metric, value: data.value, epochMs: Date.parse(data.time), tags: data.tags };
  }
  if (line.startsWith(DEFINITION)) {
    const { name, type, contains } = JSON.parse(line).data;
    return { kind: 'definition', name, type, contains };
  }
  return line.startsWith(ANY_POINT) ? 'skip' : undefined;
}

/** k6's error codes (lib/netext/httpext/error_codes.go in k6) with their own outcome. */
const OUTCOMES: Record<string, RequestOutcome> = {
  1050: 'timeout',
  1211: 'timeout',
  1212: 'refused',
  1201: 'reset',
  1220: 'reset',
};
/** k6's error codes for addresses and host names that the test must not call. */
const REFUSED_BY_K6 = ['1110', '1111'];

/**
 * @param durationMs k6's http_req_duration, which starts once a connection exists. A request that timed out
 * after 0 ms found nobody to connect to. It counts as refused: if a Service has no ready pod, nodes refuse
 * with ICMP, but a kernel sends only one such message per second, so the refusal may not arrive.
 */
export function outcomeOf(
  { status, error_code: code = '' }: Record<string, string>,
  durationMs: number,
): RequestOutcome {
  const number = Number(status);
  if (number >= 500) return 'http_5xx';
  if (number >= 400) return 'http_4xx';
  if (code === '') return 'ok';
  const outcome = OUTCOMES[code] ?? 'other';
  return outcome === 'timeout' && durationMs === 0 ? 'refused' : outcome;
}

export function isForbiddenHost(tags: Record<string, string>): boolean {
  return REFUSED_BY_K6.includes(tags.error_code ?? '');
}

/** The `name` tag if the script set one, otherwise the path without its query. */
export function nameOf({ name = '', url = '' }: Record<string, string>): string {
  if (name !== '' && name !== url) return name;
  return URL.canParse(url) ? new URL(url).pathname : url;
}
