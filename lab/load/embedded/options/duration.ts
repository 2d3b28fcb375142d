const UNIT_MS: Record<string, number> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};

const NUMBER = /^[+-]?\d+(\.\d+)?$/;
const PART = /(\d+(?:\.\d+)?)(d|h|ms|m|s|us|µs|ns)/g;

/** The format of durations, for messages. */
export const DURATION_FORMAT = 'a duration such as "30s", "1m30s", "500ms", or a number of milliseconds';

/** Parses "1m30s", "1.5h", "250" or 250 to milliseconds; undefined when it is not a duration. */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  if (NUMBER.test(value)) return Number(value);
  const sign = value.startsWith('-') ? -1 : 1;
  const unsigned = value.replace(/^[+-]/, '');
  if (unsigned === '' || unsigned.replace(PART, '') !== '') return undefined;
  const sum = [...unsigned.matchAll(PART)].reduce(
    (ms, [, number, unit]) => ms + Number(number) * UNIT_MS[unit!]!,
    0,
  );
  return sign * sum;
}
