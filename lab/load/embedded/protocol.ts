import type { LoadOptions, LoadSummary } from '../runner';

/** Messages between the lab and the process of the load generator. */
export type ToGenerator =
  | {
      type: 'start';
      options: Pick<LoadOptions, 'script' | 'env' | 'allowedHosts'>;
      /** process.hrtime() at `t` = 0, in ns: the monotonic clock is the same in both processes. */
      originNanos: bigint;
    }
  | { type: 'abort' };

export type FromGenerator =
  | { type: 'event'; event: Parameters<LoadOptions['emit']>[0] }
  | { type: 'summary'; summary: LoadSummary }
  | { type: 'error'; message: string; exitCode: number; hint?: string };
