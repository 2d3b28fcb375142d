import { BrokenCircuitError, ExponentialBackoff, handleWhen, noop, retry, type IPolicy } from 'cockatiel';

/**
 * Makes a failed call again, up to `retries` times: after `backoffMs` with jitter, doubled each time, or at once for 0.
 * A call that an open breaker refused is not made again: it would be refused again. 0 retries = off.
 */
export function retryDefence(retries: number, backoffMs: number, onRetry: () => void): IPolicy {
  if (retries === 0) return noop;
  const again = handleWhen((error) => !(error instanceof BrokenCircuitError));
  // The policy counts only attempts beyond the first; without a backoff it tries again at once.
  const backoff = backoffMs > 0 ? { backoff: new ExponentialBackoff({ initialDelay: backoffMs }) } : {};
  const policy = retry(again, { maxAttempts: retries, ...backoff });
  policy.onRetry(onRetry);
  return policy;
}
