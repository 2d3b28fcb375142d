import type { ErrorKind } from '../../model/errors';
import type { RunOptions } from '../../run/record';

/** What a process that runs one experiment is told; the rest of the options cannot leave the process they are in. */
export type ToRun =
  | { type: 'start'; name: string; options: Omit<RunOptions, 'prediction' | 'listeners' | 'signal'> }
  | { type: 'abort' };

export type FromRun =
  /** `folder`: where it was recorded; left out when it was interrupted before there was anything. */
  { type: 'recorded'; folder?: string } | { type: 'error'; message: string; kind: ErrorKind; hint?: string };
