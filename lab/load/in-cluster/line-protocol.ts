import type { K6Sample } from '../k6/samples';

type InfluxPoint = Extract<K6Sample, { kind: 'point' }>;

const MS_PER_NANOSECOND = 1e-6;

/**
 * Parses one line of the InfluxDB line protocol as k6 writes it: `metric,tag=a value=1,field="b"
 * nanoseconds`. Tags and text fields (such as the URL) become tags.
 * @returns undefined for a malformed line.
 */
export function parseLine(line: string): InfluxPoint | undefined {
  const [key, fields, time] = splitUnescaped(line, ' ');
  if (!key || !fields || !time) return undefined;
  const [metric = '', ...tagPairs] = splitUnescaped(key, ',');
  const read = new Map(splitUnescaped(fields, ',').map(pair));
  const value = Number(read.get('value'));
  const epochMs = Number(time) * MS_PER_NANOSECOND;
  if (metric === '' || !read.get('value') || !Number.isFinite(value) || !Number.isFinite(epochMs)) {
    return undefined;
  }
  read.delete('value');
  const texts = [...read].map(([name, text]) => [name, unquote(text)]);
  const tags = Object.fromEntries([...texts, ...tagPairs.map(pair)]) as Record<string, string>;
  return { kind: 'point', metric: unescape(metric), value, epochMs, tags };
}

function pair(text: string): [string, string] {
  const [name = '', ...value] = splitUnescaped(text, '=');
  return [unescape(name), unescape(value.join('='))];
}

/** Splits at separators that are neither escaped by a backslash nor inside quotes. */
function splitUnescaped(text: string, separator: string): string[] {
  const parts: string[] = [];
  let quoted = false;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '"') quoted = !quoted;
    else if (text[i] === separator && !quoted) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)];
}

const unescape = (text: string): string => text.replace(/\\([, =])/g, '$1');

function unquote(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(["\\])/g, '$1') : text;
}
