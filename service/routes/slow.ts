import { setTimeout as sleep } from 'node:timers/promises';
import type { Handler } from '../endpoint';
import type { Faults } from '../faults';
import { readParameters } from '../parameters';

/** Seconds. */
const PARAMETERS = { delay: { min: 1, max: 30, default: 5 } };

/** Only waits: what it costs is the open request. */
export function slow(faults: Faults): Handler {
  return async (request, response) => {
    const delayMs = faults.delayMs(readParameters(request.query, PARAMETERS).delay);
    await sleep(delayMs);
    response.json({ delayMs });
  };
}
