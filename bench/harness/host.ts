import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostSampler } from '../../lab/run/sampler';
import { type Noise, spreadOf } from './result';

/** Long enough for the kernel's ticks of 10 ms to tell a few per cent. */
const LISTEN_MS = 400;

/** Notes what disturbs: what runs while the bench does nothing, and what the hypervisor takes. */
export class HostWatch {
  private readonly others: number[] = [];
  private readonly steal: number[] = [];
  private readonly sampler = new HostSampler();

  /** Does nothing for a moment, and sees who else is at work. */
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

/** What the figures depend on. */
export function machine(): Record<string, string> {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: String(all.length),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
  };
}
