/**
 * The arithmetic of CFS bandwidth control for one cage, without a clock of its own: a quota of CPU time per
 * period, of which nothing is saved for later periods, and what was used too much is owed. All times in ms.
 */
export class Bandwidth {
  /** Periods in which CPU was used or wanted. */
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

  /** Charges the CPU time that was used since the last call; afterwards `throttled` says whether to stop. */
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
   * When to look again, given how many threads can run at once: not after the budget can be used up. The exact
   * end of a period only matters when the budget is running out.
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
