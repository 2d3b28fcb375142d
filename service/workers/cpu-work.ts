import { join } from 'node:path';
import { bulkhead, type BulkheadPolicy } from 'cockatiel';
import { Piscina } from 'piscina';
import type { Config } from '../config';
import { HttpError } from '../http-error';
import type { Metrics } from '../metrics';
import { codeOf, type Operation, type RouteStages, type Stage } from '../stages';
import { calibrate } from './calibrate';
import work, { hash, type Result, type Task } from './work';

/** More than any queue that fits into memory. */
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

/** What a route asks of the CPU. */
export interface Computation {
  /**
   * Computes for `cpuMicros` of CPU time, after waiting for a free thread for as long as it takes.
   * @returns the digest of the seed and the CPU time used, ms.
   * @throws HttpError 503 before the start is complete, and for work that is still waiting at the end.
   */
  run(cpuMicros: number, seed: number): Promise<{ digest: string; cpuMs: number }>;
}

type Compute = (task: Task, stages: RouteStages) => Promise<Result>;

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
  private compute: Compute | undefined;
  private microsPerIteration = NaN;

  constructor(
    private readonly config: Pick<Config, 'workerThreads' | 'offloadCpuWork'>,
    private readonly metrics: Metrics,
  ) {
    this.queue = bulkhead(config.workerThreads, UNBOUNDED);
    metrics.workerThreadsBusy(() => config.workerThreads - this.queue.executionSlots);
    metrics.workerThreadsMax(() => (config.offloadCpuWork ? config.workerThreads : 0));
    metrics.workerQueueSize(() => UNBOUNDED - this.queue.queueSlots);
  }

  /**
   * Measures what work costs on this machine, then starts the threads and waits until each has worked once.
   */
  async start(): Promise<{ microsPerIteration: number }> {
    this.microsPerIteration = await calibrate((iterations) => hash(iterations, 0));
    this.compute = this.config.offloadCpuWork
      ? await this.startThreads(this.config.workerThreads)
      : onEventLoop;
    return { microsPerIteration: this.microsPerIteration };
  }

  /** Computation for one route, whose tasks are counted for it. */
  of(route: string): Computation {
    const { offloadCpuWork } = this.config;
    const passed: Stage[] = offloadCpuWork ? ['worker_queue', 'worker_run'] : ['worker_run'];
    const stages = this.metrics.stages.route(route, passed);
    return { run: (cpuMicros, seed) => this.run(stages, cpuMicros, seed) };
  }

  private async run(
    stages: RouteStages,
    cpuMicros: number,
    seed: number,
  ): Promise<{ digest: string; cpuMs: number }> {
    if (!this.compute) throw new HttpError(503, 'not ready: calibrating');
    const { microsPerIteration } = this;
    const start = performance.now();
    const task = { cpuMicros, microsPerIteration, seed };
    const { digest, runMs, cpuMicros: used } = await this.compute(task, stages);
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

  private async startThreads(threads: number): Promise<Compute> {
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
    return (task, stages) =>
      stages.pass('worker_queue', codeOf, (operation) =>
        this.queue.execute(() => this.inThread(task, operation)),
      );
  }

  private async inThread(task: Task, operation: Operation): Promise<Result> {
    const shuttingDown = (): HttpError => new HttpError(503, 'shutting down');
    if (!this.pool) throw shuttingDown();
    operation.goOnTo('worker_run');
    return this.pool.run(task).catch((error: unknown) => {
      throw this.pool ? error : shuttingDown();
    });
  }
}

const onEventLoop: Compute = (task, stages) => stages.pass('worker_run', codeOf, async () => work(task));
