import { cpus } from 'node:os';
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { RunningSystem } from '../engine/engine';
import type { Emit, HostEvent } from './events';

/** Scrapes a system and emits only what is new or changed; a series is announced once. */
export class Sampler {
  private readonly known = new Map<string, { id: number; value: number }>();

  constructor(
    private readonly system: Pick<RunningSystem, 'scrape'>,
    private readonly emit: Emit,
    private readonly now: () => number,
  ) {}

  async sample(timeoutMs: number): Promise<void> {
    const { samples, failed } = await this.system.scrape(timeoutMs);
    const t = this.now();
    const values: [number, number][] = [];
    for (const { name, labels, value } of samples) {
      if (!Number.isFinite(value)) continue;
      const key = `${name}${JSON.stringify(labels)}`;
      const series = this.known.get(key);
      if (series?.value === value) continue;
      if (series) series.value = value;
      const id = series?.id ?? this.announce(key, t, name, labels, value);
      values.push([id, value]);
    }
    const failures = Object.keys(failed).length > 0 ? { failed } : {};
    this.emit({ type: 'scrape', t, values, ...failures });
  }

  private announce(
    key: string,
    t: number,
    name: string,
    labels: Record<string, string>,
    value: number,
  ): number {
    const id = this.known.size;
    this.known.set(key, { id, value });
    this.emit({ type: 'series', t, id, name, labels });
    return id;
  }
}

/** Watches the machine under the lab: busy and stolen CPU, and how late the lab's own timers are. */
export class HostSampler {
  private readonly delay = monitorEventLoopDelay({ resolution: 10 });
  private previous = readCpu();

  constructor() {
    this.delay.enable();
  }

  sample(t: number): HostEvent {
    const current = readCpu();
    const total = Math.max(current.total - this.previous.total, 1);
    const event: HostEvent = {
      type: 'host',
      t,
      cores: cpus().length,
      busy: (current.busy - this.previous.busy) / total,
      steal: (current.steal - this.previous.steal) / total,
      labDelayMs: Math.round(this.delay.max / 1e6),
    };
    this.delay.reset();
    this.previous = current;
    return event;
  }

  close(): void {
    this.delay.disable();
  }
}

interface CpuTimes {
  busy: number;
  steal: number;
  total: number;
}

/** Linux tells steal (time that the hypervisor gave to others); elsewhere it counts as 0. */
function readCpu(): CpuTimes {
  try {
    const [user, nice, system, idle, iowait, irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
      .split('\n', 1)[0]!
      .trim()
      .split(/\s+/)
      .slice(1)
      .map(Number) as [number, number, number, number, number, number, number, number];
    const busy = user + nice + system + irq + softirq;
    return { busy, steal, total: busy + idle + iowait + steal };
  } catch {
    let busy = 0;
    let idle = 0;
    for (const { times } of cpus()) {
      busy += times.user + times.nice + times.sys + times.irq;
      idle += times.idle;
    }
    return { busy, steal: 0, total: busy + idle };
  }
}
