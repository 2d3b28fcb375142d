import { bulkheadDefence } from '../defences/bulkhead';
import { concurrently } from '../defences/concurrency-limit';
import type { Downstream } from '../downstream-client';
import type { Handler } from '../endpoint';
import type { Faults } from '../faults';

/** Calls that one request makes: each request multiplies the load on the downstream. */
const CALLS = 5;

/**
 * Fans out to the downstream. When that is slow, the fan-out takes all sockets, and other routes wait for
 * one.
 */
export function cascadeFailure(
  downstream: Downstream,
  faults: Faults,
  bulkheadMaxConcurrent: number,
): Handler {
  const bulkhead = bulkheadDefence(bulkheadMaxConcurrent, CALLS);
  const concurrency = Math.min(bulkhead.concurrency, faults.downstreamConcurrency);
  return async (_, response) => {
    const results = await bulkhead.admit(() => concurrently(CALLS, concurrency, () => downstream.call()));
    response.json({ latencyMs: results.map(({ latencyMs }) => latencyMs) });
  };
}
