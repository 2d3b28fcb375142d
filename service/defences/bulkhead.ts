import { admission, type Admission } from './admission';

export interface Bulkhead {
  admit: Admission;
  /** Calls that an admitted request may make at once. */
  concurrency: number;
}

/**
 * Keeps the calls in flight of requests that make `calls` calls each within `maxConcurrent`; 0 = no limit.
 * A request gets places for all of its calls or none: admitted call by call, an overload would leave every request
 * with some of its calls refused, and none would succeed.
 */
export function bulkheadDefence(maxConcurrent: number, calls: number): Bulkhead {
  const concurrency = maxConcurrent === 0 ? calls : Math.min(calls, maxConcurrent);
  return { admit: admission(Math.floor(maxConcurrent / concurrency), 'bulkhead'), concurrency };
}
