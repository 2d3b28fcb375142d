import { performance } from 'node:perf_hooks';

/** The clock of the executors. Tests replace it with a virtual one. */
export interface ExecutorClock {
  /** Milliseconds, monotonic, with fractions. */
  now(): number;
  /** Calls back once `now()` has reached `ms`. Returns a function that cancels it. */
  at(ms: number, callback: () => void): () => void;
  /** Resolves after pending I/O has had its turn, so that loops without I/O cannot block timers. */
  turn(): Promise<void>;
}

/**
 * The real clock. Node's timers count whole milliseconds, so a callback comes up to about 1 ms late, but
 * never early. Busy waiting for the rest would use CPU that the load needs.
 */
export const executorClock: ExecutorClock = {
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

/** setTimeout treats a longer time as 1 ms. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
