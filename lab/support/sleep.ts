import { setTimeout as timer } from 'node:timers/promises';

/** Resolves after `ms` milliseconds, or at once when aborted. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await timer(Math.max(0, ms), undefined, signal ? { signal } : {}).catch(() => undefined);
}
