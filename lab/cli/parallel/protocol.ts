import type { ErrorKind } from '../../model/errors';
import type { RunOptions } from '../../run/record';

/** Messages to the process of one experiment. Options that cannot be sent to another process are left out. */
export type ToRun =
  | { type: 'start'; name: string; options: Omit<RunOptions, 'prediction' | 'listeners' | 'signal'> }
  | { type: 'abort' };

export type FromRun =
  /** `folder`: where it was recorded; left out when it was interrupted before anything was recorded. */
  { type: 'recorded'; folder?: string } | { type: 'error'; message: string; kind: ErrorKind; hint?: string };
