import { pbkdf2Sync } from 'node:crypto';

export interface Task {
  iterations: number;
  seed: number;
}

export interface Result {
  digest: string;
  /** Wall-clock time in the thread, ms. */
  runMs: number;
}

/** A chain of hashes: native code that allocates nothing, so that every iteration costs the same. */
export default function work({ iterations, seed }: Task): Result {
  const start = performance.now();
  const digest = pbkdf2Sync(String(seed), 'backend-under-load', iterations, 32, 'sha256').toString('hex');
  return { digest, runMs: performance.now() - start };
}
