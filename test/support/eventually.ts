import { setTimeout as sleep } from 'node:timers/promises';

type Found<T> = Exclude<T, undefined | null | false>;

/**
 * Polls until `probe` returns a truthy value, and returns it.
 * @throws Error with the description `what` after `withinMs`.
 */
export async function eventually<T>(
  what: string,
  probe: () => T | Promise<T>,
  withinMs = 15_000,
  everyMs = 20,
): Promise<Found<T>> {
  for (const deadline = performance.now() + withinMs; ; await sleep(everyMs)) {
    const found = await probe();
    if (found) return found as Found<T>;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
  }
}
