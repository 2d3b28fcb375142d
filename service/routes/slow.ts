import { setTimeout as sleep } from 'node:timers/promises';
import { concurrently } from '../defences/concurrency-limit';
import type { Handler } from '../endpoint';
import type { Faults } from '../faults';
import { readParameters } from '../parameters';

/** Seconds. */
const PARAMETERS = { delay: { min: 1, max: 30, default: 5 } };

/**
 * Only waits, as for so many calls of a second each: what it costs is the open request.
 * @param concurrency how many of the waits go on at once; 0 = one after the other, as awaits in a loop are.
 */
export function slow(faults: Faults, concurrency: number): Handler {
  return async (request, response) => {
    const { delay } = readParameters(request.query, PARAMETERS);
    await concurrently(delay, concurrency || 1, () => sleep(faults.waitMs));
    response.json({ delayMs: delay * faults.waitMs });
  };
}
