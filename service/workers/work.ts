import { pbkdf2Sync } from 'node:crypto';
import { threadCpu, type ThreadCpu } from './thread-cpu';

export interface Task {
  /** CPU time to use, µs. */
  cpuMicros: number;
  /**
   * The calibrated cost of an iteration, µs. It sizes the steps, and replaces the clock where there is none.
   */
  microsPerIteration: number;
  seed: number;
}

export interface Result {
  /** Depends on the seed alone. */
  digest: string;
  /** CPU time used, µs: at most one step more than was asked for. */
  cpuMicros: number;
  /** Wall-clock time in the thread, ms. */
  runMs: number;
}

/** Long compared with reading the clock (7 µs), short compared with any request's work. */
export const STEP_MICROS = 250;

const clockOfThisThread = threadCpu();

/** Hashes until this thread has used as much CPU time as was asked for. */
export default function work(task: Task): Result {
  return workBy(clockOfThisThread, task);
}

/**
 * Measures by the clock, because on a shared core the same number of iterations may cost 1.8 times as much a
 * minute later. Without a clock, it relies on the calibration.
 */
export function workBy(clock: ThreadCpu | undefined, task: Task): Result {
  const { cpuMicros, microsPerIteration, seed } = task;
  const start = performance.now();
  const cpuStart = clock?.() ?? 0;
  let used = 0;
  while (used < cpuMicros) {
    const iterations = Math.ceil(Math.min(cpuMicros - used, STEP_MICROS) / microsPerIteration);
    hash(iterations, seed);
    used = clock ? clock() - cpuStart : used + iterations * microsPerIteration;
  }
  const digest = hash(1, seed).toString('hex');
  return { digest, cpuMicros: used, runMs: performance.now() - start };
}

/** A chain of hashes. This is native code that allocates nothing, so every iteration costs the same. */
export function hash(iterations: number, seed: number): Buffer {
  return pbkdf2Sync(String(seed), 'backend-under-load', iterations, 32, 'sha256');
}
