import { z } from 'zod';
import { DURATION_FORMAT, parseDuration } from './duration';

/** k6's limit. It keeps a typo from filling the memory. */
const MAX_VUS = 100_000_000;

/** A duration in milliseconds. */
export function duration(atLeastMs = 0) {
  const allowed = atLeastMs === 0 ? DURATION_FORMAT : `${DURATION_FORMAT}, of at least ${atLeastMs} ms`;
  return z
    .custom<number | string>((value) => (parseDuration(value) ?? -1) >= atLeastMs, { error: allowed })
    .transform((value) => parseDuration(value)!);
}

/** A whole number. Like k6, also accepts text, because values from __ENV are text. */
export function integer(minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER) {
  const error = `an integer ${rangeText(minimum, maximum)}`;
  const number = z.number({ error }).int({ error }).min(minimum, { error }).max(maximum, { error });
  return z.preprocess((value) => (isIntegerText(value) ? Number(value) : value), number);
}

/** A field that an empty text leaves unset, as in k6, such as a number from a variable that is not set. */
export function blankable<S extends z.ZodType>(schema: S) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema);
}

function isIntegerText(value: unknown): boolean {
  return typeof value === 'string' && /^[+-]?\d+$/.test(value);
}

function rangeText(minimum: number, maximum: number): string {
  if (maximum !== Number.MAX_SAFE_INTEGER) return `from ${minimum} to ${maximum}`;
  return minimum === Number.MIN_SAFE_INTEGER ? '' : `of at least ${minimum}`;
}

export const positive = integer(1);
export const vus = (minimum: number) => integer(minimum, MAX_VUS);
export const string = z.string({ error: 'a string' });

/** Environment variables and tags: k6 accepts only text. */
export const texts = z.record(z.string(), z.string({ error: 'a string' }), { error: 'an object of strings' });

export const stages = z
  .array(
    // Like k6, ignores other fields, with which people name their stages.
    z.object({ duration: duration(), target: vus(0) }, { error: 'an object with duration and target' }),
    {
      error: 'a list of { duration, target }',
    },
  )
  .min(1, { error: 'at least one { duration, target }' })
  .transform((list) => list.map(({ duration: durationMs, target }) => ({ durationMs, target })));
