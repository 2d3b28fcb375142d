/** First delay and cap of the kubelet's CrashLoopBackOff. */
const FIRST_DELAY_MS = 10_000;
const MAX_DELAY_MS = 300_000;
/** After a container has run this long, its next crash counts as the first one again. */
const RESET_AFTER_MS = 2 * MAX_DELAY_MS;

/**
 * The kubelet's CrashLoopBackOff for one container. The first restart is immediate. The next ones wait 10 s,
 * 20 s, 40 s ... up to 5 min, counted from the end of the container.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
 */
export class CrashLoopBackoff {
  private delayMs = 0;

  /** Milliseconds to wait before the restart of a container that ended after running for `ranMs`. */
  next(ranMs: number): number {
    if (ranMs > RESET_AFTER_MS) this.delayMs = 0;
    const waitMs = this.delayMs;
    this.delayMs = Math.min(Math.max(FIRST_DELAY_MS, waitMs * 2), MAX_DELAY_MS);
    return waitMs;
  }
}

/** A duration in Go's format, as kubectl's events show it, e.g. 10s, 1m20s, 5m0s. */
export function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
