import { LabError } from '../../../model/errors';
import type { Tags } from '../vu';

export interface MetricName {
  metric: string;
  /** Absent for the whole metric. */
  tags?: [string, string][];
}

/** Parses a name such as "http_req_duration{scenario:victim,status:200}". @throws LabError (usage). */
export function parseMetricName(name: string): MetricName {
  const brace = name.indexOf('{');
  if (brace === -1) return { metric: name };
  const metric = name.slice(0, brace);
  const inner = name.slice(brace + 1, -1).trim();
  const tags = inner === '' ? [] : inner.split(',').map((pair) => parseTag(pair, name));
  if (!name.endsWith('}') || tags.length === 0) throw malformed(name);
  return { metric, tags };
}

/** Whether a sample with these tags belongs to the submetric. A missing tag equals the empty string. */
export function matches(filter: [string, string][], tags: Tags): boolean {
  for (const [key, value] of filter) if ((tags[key] ?? '') !== value) return false;
  return true;
}

function parseTag(pair: string, name: string): [string, string] {
  const colon = pair.indexOf(':');
  if (colon === -1 || colon === pair.length - 1) throw malformed(name);
  const [key, value] = [pair.slice(0, colon), pair.slice(colon + 1)].map(unquote);
  if (!key) throw malformed(name);
  return [key, value ?? ''];
}

function unquote(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, '$2');
}

function malformed(name: string): LabError {
  return new LabError(
    `options.thresholds names ${JSON.stringify(name)}, which is not a metric`,
    'usage',
    'Write a metric, or a metric with tags: "http_req_duration{scenario:victim}".',
  );
}
