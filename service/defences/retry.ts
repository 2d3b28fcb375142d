import { BrokenCircuitError, ExponentialBackoff, handleWhen, noop, retry, type IPolicy } from 'cockatiel';

/**
 * Retries a failed call up to `retries` times: after `backoffMs` with jitter, doubled each time, or at once
 * for 0. It does not retry a call that an open breaker refused, because it would be refused again. 0 retries
 * = off.
 */
export function retryDefence(retries: number, backoffMs: number, onRetry: () => void): IPolicy {
  if (retries === 0) return noop;
  const again = handleWhen((error) => !(error instanceof BrokenCircuitError));
  // The policy counts only attempts beyond the first. Without a backoff, it retries at once.
  const backoff = backoffMs > 0 ? { backoff: new ExponentialBackoff({ initialDelay: backoffMs }) } : {};
  const policy = retry(again, { maxAttempts: retries, ...backoff });
  policy.onRetry(onRetry);
  return policy;
}
