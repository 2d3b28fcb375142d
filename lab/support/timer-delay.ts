import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late the timers of this process are. Each look wakes it up, which a process that is mostly idle pays for. */
export class TimerDelay {
  private readonly ticks;
  private takenAt = performance.now();

  /** @param periodMs between two looks; what is shorter may go unseen. */
  constructor(private readonly periodMs: number) {
    this.ticks = monitorEventLoopDelay({ resolution: periodMs });
    this.ticks.enable();
  }

  /** The longest delay since the last call, in milliseconds. What is monitored is the distance of two looks. */
  take(): number {
    const { max, mean, count } = this.ticks;
    const now = performance.now();
    // Not monitored is the time until the first look, and since the last one, which a period at most may take.
    const unseenMs = now - this.takenAt - (count > 0 ? (mean * count) / 1e6 : 0) - this.periodMs;
    this.takenAt = now;
    this.ticks.reset();
    return Math.max(0, Math.max(max / 1e6, unseenMs) - this.periodMs);
  }

  close(): void {
    this.ticks.disable();
  }
}
