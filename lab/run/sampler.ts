import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { RunningSystem } from '../model/engine';
import type { Emit, HostEvent } from '../model/events';
import { TimerDelay } from '../support/timer-delay';

const DELAY_PERIOD_MS = 50;
/**
 * NTP slews a clock by at most 0.5 ms per second. A larger change means that the clock was set or the machine
 * slept.
 */
const CLOCK_NOTED_MS = 100;

/** Scrapes a system and emits only new or changed values. Each series is announced once. */
export class Sampler {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly system: Pick<RunningSystem, 'scrape'>,
    private readonly emit: Emit,
    private readonly now: () => number,
    private readonly epochMs: () => number = Date.now,
  ) {}

  async sample(timeoutMs: number): Promise<void> {
    const { samples, failed } = await this.system.scrape(timeoutMs);
    const t = this.now();
    const epochMs = this.epochMs();
    // A target may expose the same series twice. Its last value counts.
    const values = new Map<number, number>();
    const timed: [number, number, number][] = [];
    for (const { name, labels, value, measuredAt } of samples) {
      if (!Number.isFinite(value)) continue;
      const series = this.series(t, name, labels);
      if (measuredAt === undefined ? series.value === value : series.measuredAt === measuredAt) continue;
      Object.assign(series, { value, measuredAt });
      if (measuredAt === undefined) values.set(series.id, value);
      else timed.push([series.id, Math.round(t - (epochMs - measuredAt)), value]);
    }
    this.emit({
      type: 'scrape',
      t,
      values: [...values],
      ...(timed.length > 0 && { timed }),
      ...(Object.keys(failed).length > 0 && { failed }),
    });
  }

  private series(t: number, name: string, labels: Record<string, string>): Known {
    const key = `${name}${JSON.stringify(labels)}`;
    let series = this.known.get(key);
    if (!series) {
      this.known.set(key, (series = { id: this.known.size }));
      this.emit({ type: 'series', t, id: series.id, name, labels });
    }
    return series;
  }
}

interface Known {
  id: number;
  value?: number;
  measuredAt?: number;
}

/**
 * Watches the machine that the lab runs on: busy and stolen CPU, clock changes, and delays of the lab's
 * timers.
 */
export class HostSampler {
  private readonly delay = new TimerDelay(DELAY_PERIOD_MS);
  private previous = readCpu();
  private clockAhead = clockAhead();
  private cpu = process.cpuUsage();
  private sampledAt = performance.now();

  sample(t: number): HostEvent {
    const current = readCpu();
    const total = Math.max(current.total - this.previous.total, 1);
    const clockSetMs = this.takeClock();
    const event: HostEvent = {
      type: 'host',
      t,
      cores: cpus().length,
      busy: (current.busy - this.previous.busy) / total,
      steal: (current.steal - this.previous.steal) / total,
      labDelayMs: Math.round(this.delay.take()),
      labCpu: this.takeCpu(),
      ...(Math.abs(clockSetMs) >= CLOCK_NOTED_MS && { clockSetMs }),
    };
    this.previous = current;
    return event;
  }

  close(): void {
    this.delay.close();
  }

  private takeCpu(): number {
    const { user, system } = process.cpuUsage(this.cpu);
    const now = performance.now();
    const elapsedMs = Math.max(now - this.sampledAt, 1);
    this.cpu = process.cpuUsage();
    this.sampledAt = now;
    return Number(((user + system) / 1000 / elapsedMs).toFixed(3));
  }

  private takeClock(): number {
    const before = this.clockAhead;
    this.clockAhead = clockAhead();
    return Math.round(this.clockAhead - before);
  }
}

/**
 * Wall clock minus monotonic clock, in ms. Nobody can set the monotonic clock, and it stops while a machine
 * sleeps.
 */
function clockAhead(): number {
  return Date.now() - performance.now();
}

interface CpuTimes {
  busy: number;
  steal: number;
  total: number;
}

/** Only Linux reports steal (time that the hypervisor gave to others). Elsewhere it is 0. */
function readCpu(): CpuTimes {
  try {
    if (process.platform === 'linux') return readStat();
  } catch {
    // /proc cannot be read: use Node's own numbers
  }
  const times = cpus().map((core) => core.times);
  const sum = (of: (core: (typeof times)[number]) => number) =>
    times.reduce((all, core) => all + of(core), 0);
  const busy = sum(({ user, nice, sys, irq }) => user + nice + sys + irq);
  return { busy, steal: 0, total: busy + sum(({ idle }) => idle) };
}

function readStat(): CpuTimes {
  const [user, nice, system, idle, iowait, irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]!
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number) as [number, number, number, number, number, number, number, number];
  const busy = user + nice + system + irq + softirq;
  return { busy, steal, total: busy + idle + iowait + steal };
}
