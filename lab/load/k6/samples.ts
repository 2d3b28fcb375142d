import type { RequestOutcome } from '../../model/events';

/** One line of k6's JSON output that the lab reads. */
export type K6Sample =
  | { kind: 'definition'; name: string; type: string; contains: string }
  | { kind: 'point'; metric: string; value: number; epochMs: number; tags: Record<string, string> };

const DEFINITION = '{"type":"Metric"';
/** Metrics whose points matter; the rest is in the summary. Most lines are sorted out by these prefixes alone. */
const POINTS = ['http_req_duration', 'iterations', 'dropped_iterations', 'vus'].map(
  (name) => `{"metric":"${name}",`,
);
const ANY_POINT = '{"metric":"';

/** The sample in the line, 'skip' for one that is not needed, undefined for a line that is not k6's. */
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

/** k6's error codes (lib/netext/httpext/error_codes.go of k6) that have an outcome of their own. */
const OUTCOMES: Record<string, RequestOutcome> = {
  1050: 'timeout',
  1211: 'timeout',
  1212: 'refused',
  1201: 'reset',
  1220: 'reset',
};
/** Addresses and host names that the test may not call. */
const REFUSED_BY_K6 = ['1110', '1111'];

/**
 * @param durationMs k6's http_req_duration, which begins when there is a connection: a request that timed out
 * after none at all found nobody to connect to. That is a refusal which did not get through: where a Service has no
 * ready pod, nodes refuse by ICMP, of which a kernel sends one a second.
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

/** The `name` tag where the script set one, else the path without its query. */
export function nameOf({ name = '', url = '' }: Record<string, string>): string {
  if (name !== '' && name !== url) return name;
  return URL.canParse(url) ? new URL(url).pathname : url;
}
