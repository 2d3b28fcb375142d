/** The option `rps`: a limit on the requests per second of all VUs together. Like k6, allows no bursts. */
export class RateLimit {
  private readonly intervalMs: number;
  private nextMs = -Infinity;

  /** @param perSecond above 0 */
  constructor(perSecond: number) {
    this.intervalMs = 1000 / perSecond;
  }

  /** Reserves the next request. @returns how long the VU must wait before it, ms */
  reserve(nowMs: number): number {
    const due = Math.max(nowMs, this.nextMs);
    this.nextMs = due + this.intervalMs;
    return due - nowMs;
  }
}
