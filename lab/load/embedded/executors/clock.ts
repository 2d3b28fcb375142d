import { performance } from 'node:perf_hooks';

/** Time as the executors see it; tests put a virtual one in its place. */
export interface TestClock {
  /** Milliseconds, monotonic, with fractions. */
  now(): number;
  /** Calls back once `now()` has reached `ms`; returns how to cancel it. */
  at(ms: number, callback: () => void): () => void;
  /** Resolves after pending input and output had their turn, so that loops without any cannot block timers. */
  turn(): Promise<void>;
}

/**
 * The real clock. Node's timers count whole milliseconds, so a callback comes up to about 1 ms late and never
 * early; spinning for the rest would cost the CPU that the load needs.
 */
export const systemClock: TestClock = {
  now: () => performance.now(),
  at(ms, callback) {
    let timer: NodeJS.Timeout;
    const wait = () => {
      const missing = ms - performance.now();
      if (missing <= 0) callback();
      else timer = setTimeout(wait, Math.min(Math.ceil(missing), LONGEST_TIMEOUT_MS));
    };
    timer = setTimeout(wait, Math.min(Math.max(0, Math.ceil(ms - performance.now())), LONGEST_TIMEOUT_MS));
    return () => clearTimeout(timer);
  },
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};

/** setTimeout takes more for 1 ms. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
