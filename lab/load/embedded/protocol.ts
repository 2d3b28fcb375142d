import type { ErrorKind } from '../../model/errors';
import type { LoadOptions, LoadSummary } from '../../model/load-runner';

/** Messages between the lab and the process of the load generator. */
export type ToGenerator =
  | { type: 'prepare'; options: Pick<LoadOptions, 'script' | 'env' | 'allowedHosts'> }
  /** `originNanos`: process.hrtime() at `t` = 0, ns. Both processes share the monotonic clock. */
  | { type: 'start'; originNanos: bigint }
  | { type: 'abort' };

export type FromGenerator =
  | { type: 'event'; event: Parameters<LoadOptions['emit']>[0] }
  | { type: 'prepared' }
  | { type: 'summary'; summary: LoadSummary }
  | { type: 'error'; message: string; kind: ErrorKind; hint?: string };
