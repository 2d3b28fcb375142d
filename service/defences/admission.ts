import { bulkhead, BulkheadRejectedError } from 'cockatiel';
import { ShedError } from '../http-error';

/** Runs work, or refuses it. */
export type Admission = <T>(work: () => Promise<T>) => Promise<T>;

/** Admitted work ends within about a second, so a refused client soon finds a free place. */
const RETRY_AFTER_MS = 1_000;

/**
 * Admits at most `limit` at a time and refuses others at once instead of queueing them; 0 = admits all.
 * @throws ShedError 503 with Retry-After.
 */
export function admission(limit: number, reason: 'admission' | 'bulkhead'): Admission {
  if (limit === 0) return (work) => work();
  const policy = bulkhead(limit, 0);
  return async (work) => {
    try {
      return await policy.execute(work);
    } catch (error) {
      if (!(error instanceof BulkheadRejectedError)) throw error;
      throw new ShedError(reason, `${reason} limit: ${limit} in flight already`, RETRY_AFTER_MS);
    }
  };
}
