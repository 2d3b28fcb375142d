import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late the timers of this process are. Each look wakes it up, which a process that is mostly idle pays for. */
export class TimerDelay {
  private readonly ticks;

  /** @param periodMs between two looks; what is shorter may go unseen. */
  constructor(private readonly periodMs: number) {
    this.ticks = monitorEventLoopDelay({ resolution: periodMs });
    this.ticks.enable();
  }

  /** The longest delay since the last call, in milliseconds. What is monitored is the distance of two looks. */
  take(): number {
    const { max } = this.ticks;
    this.ticks.reset();
    return Math.max(0, max / 1e6 - this.periodMs);
  }

  close(): void {
    this.ticks.disable();
  }
}
