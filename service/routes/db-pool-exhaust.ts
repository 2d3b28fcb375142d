import type { Queries } from '../database';
import { concurrently } from '../defences/concurrency-limit';
import type { Handler } from '../endpoint';
import type { Faults } from '../faults';
import { readParameters } from '../parameters';

const PARAMETERS = { concurrent_queries: { min: 1, max: 50, default: 10 } };

/**
 * Runs slow queries at once. They hold connections but use no CPU, so the pool is exhausted while the
 * database idles. Answers at the first failure, as `Promise.all` does in most code. Queries in flight keep
 * their connections even though nobody waits for them any more, which is one reason why such a failure lasts.
 */
export function dbPoolExhaust(database: Queries, faults: Faults, queryConcurrency: number): Handler {
  const limit = queryConcurrency || Infinity;
  const sleepSeconds = faults.queryMs / 1000;
  return async (request, response) => {
    const queries = faults.queries(readParameters(request.query, PARAMETERS).concurrent_queries);
    await concurrently(queries, limit, () => database.query('select pg_sleep($1)', [sleepSeconds]));
    response.json({ queries });
  };
}
