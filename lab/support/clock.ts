import { performance } from 'node:perf_hooks';
import { sleep } from './sleep';

/** Time as a session sees it; tests put a virtual one in its place. */
export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Resolves after the time, or at once when aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep,
};
