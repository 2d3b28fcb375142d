import { Bandwidth } from './bandwidth';
import { Members } from './members';
import { PERIOD_MS, type Counters, type EmulatedLimits } from './protocol';

/** Longest time between two looks at CPU and memory, and shortest (what timers and the cost allow), ms. */
const LOOK_MS = { most: 25, least: 2 };

/** How often shared memory is added up, which is costly to read, ms. */
const SHARED_MS = 1_000;

/** Holds one cage to its limits by looking at its processes and signalling them. */
export class Watch {
  private readonly members = new Members();
  private readonly bandwidth?: Bandwidth;
  private timer?: NodeJS.Timeout;
  private stopped = false;
  private scanAt = 0;
  private sharedAt = 0;
  private sharedBytes = 0;

  constructor(
    private readonly limits: EmulatedLimits,
    private readonly counters: Counters,
  ) {
    if (limits.quotaMs !== undefined)
      this.bandwidth = new Bandwidth(limits.quotaMs, PERIOD_MS, performance.now());
  }

  add(pid: number): void {
    this.members.add(pid);
    if (this.stopped) this.members.signal('SIGSTOP');
    if (!this.timer) this.look();
  }

  kill(): void {
    this.members.signal('SIGKILL');
  }

  /** Kills, and resolves when all are gone or the deadline has passed: true when all are gone. */
  async clear(deadlineMs: number): Promise<boolean> {
    const deadline = performance.now() + deadlineMs;
    for (;;) {
      this.kill();
      this.members.takeCpuMs();
      if (this.members.size === 0 || performance.now() > deadline) break;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS.least));
    }
    clearTimeout(this.timer);
    this.members.close();
    return this.members.size === 0;
  }

  private look(): void {
    const now = performance.now();
    if (now >= this.scanAt) {
      this.members.scan();
      this.scanAt = now + PERIOD_MS;
    }
    const usedMs = this.members.takeCpuMs();
    this.counters.add('cpuSeconds', usedMs / 1000);
    this.limitCpu(now, usedMs);
    this.limitMemory(now);
    const due = this.bandwidth?.nextLook(this.members.parallelism) ?? Infinity;
    const wait = Math.max(LOOK_MS.least, Math.min(LOOK_MS.most, due - now));
    // An empty cage costs nothing; the next process starts the timer again.
    this.timer = this.members.size === 0 ? undefined : setTimeout(() => this.look(), wait);
  }

  private limitCpu(now: number, usedMs: number): void {
    if (!this.bandwidth) return;
    this.bandwidth.advance(now, usedMs);
    this.counters.set('periods', this.bandwidth.periods);
    this.counters.set('throttledPeriods', this.bandwidth.throttledPeriods);
    this.counters.set('throttledSeconds', this.bandwidth.throttledMs / 1000);
    if (this.bandwidth.throttled === this.stopped) return;
    this.stopped = this.bandwidth.throttled;
    this.members.signal(this.stopped ? 'SIGSTOP' : 'SIGCONT');
  }

  private limitMemory(now: number): void {
    const { own, shared } = this.members.memoryBytes();
    if (now >= this.sharedAt) {
      this.sharedBytes = shared();
      this.sharedAt = now + SHARED_MS;
    }
    const bytes = own + this.sharedBytes;
    this.counters.set('memoryBytes', bytes);
    if (bytes <= (this.limits.memoryBytes ?? Infinity)) return;
    // Counted first, so that whoever sees the process end sees why.
    this.counters.add('oomKills', 1);
    this.kill();
  }
}
