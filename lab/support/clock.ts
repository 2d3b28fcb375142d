import { performance } from 'node:perf_hooks';
import { sleep } from './sleep';

/** The clock of a session. Tests replace it with a virtual one. */
export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Resolves after `ms` milliseconds, or at once when aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep,
};
