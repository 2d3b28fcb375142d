import { bulkhead, BulkheadRejectedError } from 'cockatiel';
import { ShedError } from '../http-error';

/** Runs work, or turns it away. */
export type Admission = <T>(work: () => Promise<T>) => Promise<T>;

/** A client that was turned away finds a free place soon: what is admitted ends within a second or so. */
const RETRY_AFTER_MS = 1_000;

/**
 * Admits at most `limit` at once and turns others away at once instead of queueing them; 0 = admits all.
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
