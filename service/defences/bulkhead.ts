import { admission, type Admission } from './admission';

export interface Bulkhead {
  admit: Admission;
  /** Calls that an admitted request may make at once. */
  concurrency: number;
}

/**
 * Limits the calls in flight to `maxConcurrent`, for requests that make `calls` calls each; 0 = no limit.
 * A request gets places for all of its calls or for none. If calls were admitted one by one, an overload
 * would refuse some calls of every request, and no request would succeed.
 */
export function bulkheadDefence(maxConcurrent: number, calls: number): Bulkhead {
  const concurrency = maxConcurrent === 0 ? calls : Math.min(calls, maxConcurrent);
  return { admit: admission(Math.floor(maxConcurrent / concurrency), 'bulkhead'), concurrency };
}
