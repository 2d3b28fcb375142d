import { setTimeout as sleep } from 'node:timers/promises';
import { concurrently } from '../defences/concurrency-limit';
import type { Handler } from '../endpoint';
import type { Faults } from '../faults';
import { readParameters } from '../parameters';

/** Seconds. */
const PARAMETERS = { delay: { min: 1, max: 30, default: 5 } };

/**
 * Only waits, as for calls of one second each. It costs nothing but the open request.
 * @param concurrency how many of the waits run at once; 0 = one after another, like awaits in a loop.
 */
export function slow(faults: Faults, concurrency: number): Handler {
  return async (request, response) => {
    const { delay } = readParameters(request.query, PARAMETERS);
    await concurrently(delay, concurrency || 1, () => sleep(faults.waitMs));
    response.json({ delayMs: delay * faults.waitMs });
  };
}
