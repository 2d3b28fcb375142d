import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Measures how late the timers of this process fire. Each check wakes the process, which costs CPU while it
 * is idle.
 */
export class TimerDelay {
  private readonly ticks;
  private takenAt = performance.now();

  /** @param periodMs time between two checks; shorter delays may go unnoticed. */
  constructor(private readonly periodMs: number) {
    this.ticks = monitorEventLoopDelay({ resolution: periodMs });
    this.ticks.enable();
  }

  /**
   * The longest delay since the last call, in milliseconds. The monitor measures the time between two checks.
   */
  take(): number {
    const { max, mean, count } = this.ticks;
    const now = performance.now();
    // The monitor misses the time before the first check and after the last one; one period of it is normal.
    const unseenMs = now - this.takenAt - (count > 0 ? (mean * count) / 1e6 : 0) - this.periodMs;
    this.takenAt = now;
    this.ticks.reset();
    return Math.max(0, Math.max(max / 1e6, unseenMs) - this.periodMs);
  }

  close(): void {
    this.ticks.disable();
  }
}
