import { Bandwidth } from './bandwidth';
import { Members } from './members';
import { PERIOD_MS, type Counters, type EmulatedLimits } from './protocol';

/** Longest time between two looks at CPU and memory, and shortest (what timers and the cost allow), ms. */
const LOOK_MS = { most: 40, least: 2 };

/** How much earlier a look may be, to share its wake-up with another's, as a part of the wait for it. */
const EARLIER = 0.5;

/** How often shared memory is added up, which is costly to read, ms. */
const SHARED_MS = 1_000;

/** Holds one cage to its limits by looking at its processes and signalling them. */
export class Watch {
  private readonly members = new Members();
  private readonly bandwidth?: Bandwidth;
  /** The next look: not before, and not after, by performance.now(). */
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

  /** Kills, and resolves when all are gone or the deadline has passed: true when all are gone. */
  async clear(deadlineMs: number): Promise<boolean> {
    const deadline = performance.now() + deadlineMs;
    for (this.kill(); !this.members.ended && performance.now() < deadline; this.kill()) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS.least));
    }
    const { ended } = this.members;
    this.members.close();
    return ended;
  }

  /** When the next look is due at the latest; an empty cage needs none. */
  get deadline(): number {
    return this.members.size === 0 ? Infinity : this.due.until;
  }

  /** Reads what the processes use, and acts on it, if a look is due. */
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
    // Counted first, so that whoever sees the process end sees why.
    this.counters.add('oomKills', 1);
    this.kill();
  }
}
