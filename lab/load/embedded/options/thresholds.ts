import { z } from 'zod';
import { duration, string } from './fields';

/** One threshold: `metric: ['p(95)<500']` or `metric: [{ threshold: 'rate<0.1', abortOnFail: true }]`. */
export interface ThresholdOption {
  threshold: string;
  abortOnFail: boolean;
  /** A failed threshold ends the test only after the test has run this long, ms. */
  delayAbortEvalMs: number;
}

const threshold = z.union(
  [
    string.transform((source): ThresholdOption => ({
      threshold: source,
      abortOnFail: false,
      delayAbortEvalMs: 0,
    })),
    z
      .object({
        threshold: string,
        abortOnFail: z.boolean({ error: 'true or false' }).default(false),
        delayAbortEval: duration().nullish(),
      })
      .transform(({ delayAbortEval, ...rest }): ThresholdOption => ({
        ...rest,
        delayAbortEvalMs: delayAbortEval ?? 0,
      })),
  ],
  { error: 'a string such as "p(95)<500", or { threshold, abortOnFail, delayAbortEval }' },
);

export const thresholds = z
  .record(z.string(), z.array(threshold, { error: 'a list of thresholds, e.g. ["p(95)<500"]' }), {
    error: 'an object of lists of thresholds by metric',
  })
  .default({});
