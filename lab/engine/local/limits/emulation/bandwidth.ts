/**
 * The arithmetic of CFS bandwidth control for one cage, without a clock of its own. A cage gets a quota of
 * CPU time per period. Unused time is not saved for later periods; overuse is deducted from them. All times
 * in ms.
 */
export class Bandwidth {
  /** Number of periods in which the cage used or wanted CPU. */
  periods = 0;
  throttledPeriods = 0;
  throttledMs = 0;
  throttled = false;

  private budget: number;
  private periodEnd: number;
  private wantedCpu = false;
  private wasThrottled = false;

  constructor(
    private readonly quotaMs: number,
    private readonly periodMs: number,
    private now: number,
  ) {
    this.budget = quotaMs;
    this.periodEnd = now + periodMs;
  }

  /**
   * Charges the CPU time used since the last call. Afterwards, `throttled` says whether the cage must stop.
   */
  advance(now: number, usedMs: number): void {
    if (this.throttled) this.throttledMs += now - this.now;
    this.now = now;
    this.budget -= usedMs;
    this.wantedCpu ||= usedMs > 0;
    while (now >= this.periodEnd) this.nextPeriod();
    this.throttled ||= this.budget <= 0;
    this.wasThrottled ||= this.throttled;
  }

  /**
   * When to check again, given how many threads can run at once: no later than the budget can be used up. The
   * exact end of a period matters only when the budget is running out.
   */
  nextLook(parallelism: number): number {
    if (this.throttled) return this.periodEnd;
    const usedUp = this.now + this.budget / parallelism;
    return this.budget > this.quotaMs / 2 ? usedUp : Math.min(this.periodEnd, usedUp);
  }

  private nextPeriod(): void {
    this.periods += Number(this.wantedCpu || this.wasThrottled);
    this.throttledPeriods += Number(this.wasThrottled);
    this.budget = Math.min(this.quotaMs, this.budget + this.quotaMs);
    this.periodEnd += this.periodMs;
    this.throttled = this.budget <= 0;
    this.wantedCpu = false;
    this.wasThrottled = this.throttled;
  }
}
