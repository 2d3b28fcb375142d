import { noop, timeout, TimeoutStrategy, type IPolicy } from 'cockatiel';

/**
 * Gives up on a call after `ms` and aborts its signal, so that the call also frees what it holds; 0 = waits
 * forever.
 */
export function timeoutDefence(ms: number): IPolicy {
  return ms === 0 ? noop : timeout(ms, TimeoutStrategy.Aggressive);
}
