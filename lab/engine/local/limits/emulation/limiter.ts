import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LabError } from '../../../../model/errors';
import type { LimitsInfo } from '../../../../model/events';
import { entryPoint } from '../../../../support/entry-point';
import type { Lifetime } from '../../lifetime/lifetime';
import { BaseCage, checkSpec } from '../base-cage';
import type { Cage, CageSpec, CageUsage, Limiter } from '../limits';
import { Counters, PERIOD_MS, type Answer, type Command } from './protocol';

/** Limits without the kernel's help: a thread reads /proc and stops, continues and kills processes. */
export class EmulatedLimiter implements Limiter {
  private readonly thread = new EmulatorThread(() => this.cages.forEach((cage) => cage.killAll()));
  private readonly cages = new Map<string, Cage>();

  constructor(
    readonly info: LimitsInfo,
    private readonly lifetime: Lifetime,
  ) {}

  async create(spec: CageSpec): Promise<Cage> {
    checkSpec(spec);
    const counters = new Counters();
    const limits = {
      quotaMs: spec.cpuLimitMillicores && (spec.cpuLimitMillicores * PERIOD_MS) / 1000,
      memoryBytes: spec.memoryLimitBytes,
    };
    await this.thread.request({ type: 'open', cage: spec.name, limits, counters: counters.buffer });
    const cage = new EmulatedCage(spec, this.lifetime, this.thread, counters);
    this.cages.set(spec.name, cage);
    return cage;
  }

  async close(): Promise<void> {
    await Promise.all([...this.cages.values()].map((cage) => cage.remove()));
    await this.thread.close();
  }
}

class EmulatedCage extends BaseCage {
  constructor(
    private readonly spec: CageSpec,
    lifetime: Lifetime,
    private readonly thread: EmulatorThread,
    private readonly counters: Counters,
  ) {
    super(spec.name, lifetime);
  }

  usage(): CageUsage {
    const memoryBytes = this.counters.get('memoryBytes');
    return {
      cpuSeconds: this.counters.get('cpuSeconds'),
      periods: this.counters.get('periods'),
      throttledPeriods: this.counters.get('throttledPeriods'),
      throttledSeconds: this.counters.get('throttledSeconds'),
      usageBytes: memoryBytes,
      workingSetBytes: memoryBytes,
      rssBytes: memoryBytes,
      oomKills: this.counters.get('oomKills'),
      cpuQuotaMicros: (this.spec.cpuLimitMillicores ?? 0) * PERIOD_MS,
      cpuPeriodMicros: PERIOD_MS * 1000,
      memoryLimitBytes: this.spec.memoryLimitBytes ?? 0,
    };
  }

  killAll(): void {
    for (const child of this.leaders.values()) child.kill('SIGKILL');
    // Nothing to do on failure: when the thread fails, all cages are killed anyway.
    this.thread.request({ type: 'kill', cage: this.name }).catch(() => undefined);
  }

  protected entrance() {
    return { admit: (pid: number) => this.thread.request({ type: 'add', cage: this.name, pid }) };
  }

  protected clear(): Promise<void> {
    return this.thread.request({ type: 'remove', cage: this.name });
  }
}

/** The lab's side of the connection to the emulating thread. */
class EmulatorThread {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, { resolve(): void; reject(error: Error): void }>();
  private failure?: LabError;
  private lastId = 0;

  /** @param onFailure called when the thread has failed, because then no limit applies any more */
  constructor(onFailure: () => void) {
    const { file, execArgv } = entryPoint(join(__dirname, 'thread'));
    this.worker = new Worker(file, { execArgv });
    this.worker.unref();
    this.worker.on('message', ({ id, done }: Answer) => {
      const request = this.waiting.get(id);
      this.waiting.delete(id);
      if (done) request?.resolve();
      else
        request?.reject(
          new LabError('processes survive SIGKILL', 'environment', 'Run "npx lab clean" later.'),
        );
    });
    this.worker.on('error', (error) => {
      this.failure = new LabError(`the emulation of limits failed: ${error.message}`, 'environment');
      for (const { reject } of this.waiting.values()) reject(this.failure);
      this.waiting.clear();
      onFailure();
    });
  }

  request(command: Command): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      const id = ++this.lastId;
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ ...command, id });
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}
