import { join } from 'node:path';
import { bulkhead, type BulkheadPolicy } from 'cockatiel';
import { Piscina } from 'piscina';
import type { Config } from '../config';
import { HttpError } from '../http-error';
import type { Metrics } from '../metrics';
import { calibrate } from './calibrate';
import work, { hash, type Result, type Task } from './work';

/** More than any queue that fits into memory. */
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

/**
 * CPU-bound work of a known cost. It runs in worker threads behind an unbounded queue, or on the event loop,
 * where everything else that the process does waits for it.
 */
export class CpuWork {
  /**
   * First come, first served. Piscina's own queue hands out some tasks late, which would blur the latency.
   */
  private readonly queue: BulkheadPolicy;
  private pool: Piscina<Task, Result> | undefined;
  private compute: ((task: Task) => Result | Promise<Result>) | undefined;
  private microsPerIteration = NaN;

  constructor(
    private readonly config: Pick<Config, 'workerThreads' | 'offloadCpuWork'>,
    private readonly metrics: Metrics,
  ) {
    this.queue = bulkhead(config.workerThreads, UNBOUNDED);
    metrics.workerQueueSize(() => UNBOUNDED - this.queue.queueSlots);
  }

  /**
   * Measures what work costs on this machine, then starts the threads and waits until each has worked once.
   */
  async start(): Promise<{ microsPerIteration: number }> {
    this.microsPerIteration = await calibrate((iterations) => hash(iterations, 0));
    this.compute = this.config.offloadCpuWork ? await this.startThreads(this.config.workerThreads) : work;
    return { microsPerIteration: this.microsPerIteration };
  }

  /**
   * Computes for `cpuMicros` of CPU time, after waiting for a free thread for as long as it takes.
   * @returns the digest of the seed and the CPU time used, ms.
   * @throws HttpError 503 before the start is complete, and for work that is still waiting at the end.
   */
  async run(cpuMicros: number, seed: number): Promise<{ digest: string; cpuMs: number }> {
    if (!this.compute) throw new HttpError(503, 'not ready: calibrating');
    const { microsPerIteration } = this;
    const start = performance.now();
    const { digest, runMs, cpuMicros: used } = await this.compute({ cpuMicros, microsPerIteration, seed });
    this.metrics.workerRunSeconds.observe(runMs / 1000);
    this.metrics.workerWaitSeconds.observe(Math.max(0, performance.now() - start - runMs) / 1000);
    return { digest, cpuMs: used / 1000 };
  }

  async close(): Promise<void> {
    const { pool } = this;
    this.pool = undefined;
    this.compute = undefined;
    await pool?.destroy();
  }

  private async startThreads(threads: number): Promise<(task: Task) => Promise<Result>> {
    const pool = new Piscina<Task, Result>({
      filename: join(__dirname, 'work.js'),
      // As many as configured, because the default counts the host's cores, which a CPU quota does not grant.
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: 1,
      maxQueue: Infinity,
      recordTiming: false,
    });
    const warmUp = { cpuMicros: 1_000, microsPerIteration: this.microsPerIteration, seed: 0 };
    await Promise.all(Array.from({ length: threads }, () => pool.run(warmUp)));
    this.pool = pool;
    return (task) => this.queue.execute(() => this.inThread(task));
  }

  private async inThread(task: Task): Promise<Result> {
    const shuttingDown = (): HttpError => new HttpError(503, 'shutting down');
    if (!this.pool) throw shuttingDown();
    return this.pool.run(task).catch((error: unknown) => {
      throw this.pool ? error : shuttingDown();
    });
  }
}
