import { Bandwidth } from './bandwidth';
import { Members } from './members';
import { PERIOD_MS, type Counters, type EmulatedLimits } from './protocol';

/**
 * Longest and shortest time between two checks of CPU and memory, ms. Timers and CPU cost set the shortest
 * one.
 */
const LOOK_MS = { most: 40, least: 2 };

/** How early a check may run, as a fraction of its wait, to share a wake-up with another cage's check. */
const EARLIER = 0.5;

/** How often shared memory is read, ms. Reading it is expensive. */
const SHARED_MS = 1_000;

/** Enforces the limits of one cage by checking its processes and signaling them. */
export class Watch {
  private readonly members = new Members();
  private readonly bandwidth?: Bandwidth;
  /** The earliest and latest time of the next check, by performance.now(). */
  private due = { from: 0, until: 0 };
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
  }

  kill(): void {
    this.members.kill();
  }

  /** Kills all processes. Resolves to true when all are gone, to false when the deadline passes first. */
  async clear(deadlineMs: number): Promise<boolean> {
    const deadline = performance.now() + deadlineMs;
    for (this.kill(); !this.members.ended && performance.now() < deadline; this.kill()) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS.least));
    }
    const { ended } = this.members;
    this.members.close();
    return ended;
  }

  /** Latest time of the next check. An empty cage needs none. */
  get deadline(): number {
    return this.members.size === 0 ? Infinity : this.due.until;
  }

  /** If a check is due, reads what the processes use and acts on it. */
  look(now: number): void {
    if (this.members.size === 0 || now < this.due.from) return;
    const thorough = now >= this.scanAt;
    if (thorough) {
      const newcomers = this.members.scan();
      if (this.stopped) this.members.signal('SIGSTOP', newcomers);
      this.scanAt = now + PERIOD_MS;
    }
    const usedMs = this.members.takeCpuMs(thorough);
    this.counters.add('cpuSeconds', usedMs / 1000);
    this.limitCpu(now, usedMs);
    this.limitMemory(now);
    const next = this.bandwidth?.nextLook(this.members.parallelism) ?? Infinity;
    const wait = Math.max(LOOK_MS.least, Math.min(LOOK_MS.most, next - now));
    this.due = { from: now + wait * (1 - EARLIER), until: now + wait };
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
    // Counted before the kill, so that code that sees the process end also sees why.
    this.counters.add('oomKills', 1);
    this.kill();
  }
}
