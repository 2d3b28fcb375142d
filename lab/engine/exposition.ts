import type { Sample } from '../model/engine';

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|(?=\}))/y;
const OPEN = /\s*\{/y;
const CLOSE = /\s*\}/y;
/**
 * What follows the labels: the value, then an optional timestamp (ms) or an OpenMetrics exemplar, which is
 * ignored.
 */
const VALUE = /\s*(\S+)(?:\s+(-?\d+(?:\.\d+)?))?\s*(?:#.*)?$/y;
const UNESCAPED: Record<string, string> = { n: '\n', '"': '"', '\\': '\\' };

/**
 * Reads Prometheus' text exposition format. Comments and malformed lines are skipped: one bad metric must not
 * lose all the others.
 */
export function parseExposition(text: string): Sample[] {
  return text.split('\n').flatMap((line) => parseLine(line.trim()) ?? []);
}

function parseLine(line: string): Sample | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  const name = take(NAME, line, 0);
  if (!name) return undefined;
  const labels = parseLabels(line, name[0].length);
  const value = labels && take(VALUE, line, labels.end);
  const number = value ? parseValue(value[1]!) : undefined;
  if (number === undefined) return undefined;
  const measuredAt = value![2] === undefined ? {} : { measuredAt: Number(value![2]) };
  return { name: name[0], labels: labels!.labels, value: number, ...measuredAt };
}

function parseLabels(
  line: string,
  start: number,
): { labels: Record<string, string>; end: number } | undefined {
  const open = take(OPEN, line, start);
  if (!open) return /\s/.test(line[start] ?? '') ? { labels: {}, end: start } : undefined;
  const entries: [string, string][] = [];
  let at = OPEN.lastIndex;
  for (let label = take(LABEL, line, at); label; label = take(LABEL, line, at)) {
    entries.push([label[1]!, label[2]!.replace(/\\(.)/g, (all, char: string) => UNESCAPED[char] ?? all)]);
    at += label[0].length;
  }
  return take(CLOSE, line, at) ? { labels: Object.fromEntries(entries), end: CLOSE.lastIndex } : undefined;
}

function take(pattern: RegExp, line: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(line);
}

const SPECIAL: Record<string, number> = { nan: NaN, inf: Infinity, '+inf': Infinity, '-inf': -Infinity };

function parseValue(text: string): number | undefined {
  const special = SPECIAL[text.toLowerCase()];
  if (special !== undefined) return special;
  const value = Number(text);
  return Number.isNaN(value) ? undefined : value;
}

/**
 * Writes samples in Prometheus' text exposition format, one line each, without TYPE (so they read as
 * untyped).
 */
export function writeExposition(samples: readonly Sample[]): string {
  return samples
    .map((sample) => `${sample.name}${writeLabels(sample.labels)} ${writeValue(sample.value)}\n`)
    .join('');
}

function writeLabels(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

function escapeLabel(value: string): string {
  return value.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));
}

function writeValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return Object.is(value, -0) ? '-0' : String(value);
}
