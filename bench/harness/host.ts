import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostSampler } from '../../lab/run/sampler';
import { type Noise, spreadOf } from './result';

/** Long enough for the kernel's 10 ms ticks to resolve a few percent. */
const LISTEN_MS = 400;

/**
 * Records disturbances: what else runs while the benchmark is idle, and how much time the hypervisor takes.
 */
export class HostWatch {
  private readonly others: number[] = [];
  private readonly steal: number[] = [];
  private readonly sampler = new HostSampler();

  /** Stays idle for a moment and measures the CPU use of other processes. */
  async listen(): Promise<void> {
    this.note();
    await sleep(LISTEN_MS);
    this.others.push(this.note().busy);
  }

  close(): Noise {
    this.note();
    this.sampler.close();
    return { others: spreadOf(this.others).median, steal: spreadOf(this.steal).median };
  }

  private note() {
    const sample = this.sampler.sample(0);
    this.steal.push(sample.steal);
    return sample;
  }
}

/** The machine properties that the figures depend on. */
export function machine(): Record<string, string> {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: String(all.length),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
  };
}
