import { setMaxListeners } from 'node:events';
import { durationOf, type Scenario } from '../options/scenarios';
import {
  type IterationContext,
  IterationInterrupted,
  type MetricHandle,
  ScriptException,
  type Tags,
  TestAborted,
} from '../vu';
import type { ExecutorClock } from './clock';
import type { PooledVU, VUPool } from './vu-pool';

/** What has happened to the iterations of a scenario so far. */
export interface IterationCounters {
  /** Iterations that the schedule wanted. In closed-model scenarios: the started ones. */
  scheduled: number;
  started: number;
  completed: number;
  interrupted: number;
  dropped: number;
  /** VUs in use: those that loop and, in open models, those that run an iteration. */
  active: number;
}

/** Everything that all scenarios of a test share. */
export interface Environment {
  clock: ExecutorClock;
  pool: VUPool;
  metrics: Record<'iterations' | 'iterationDuration' | 'dropped', MetricHandle>;
  /** The test's tags. The scenario's own tags override them. */
  tags: Tags;
  /** Whether samples carry the name of their scenario as a tag. */
  tagsScenario: boolean;
  minIterationDurationMs: number;
  setupData: unknown;
  /** Milliseconds since the epoch. */
  epochMs(): number;
  log(line: string): void;
  /** Ends the test after an error that every further iteration would repeat. */
  fail(error: unknown): void;
}

/**
 * One running scenario: its VUs, its counters and its two ways to end. After `stop`, no iteration starts.
 * `interrupt` also ends the running ones.
 */
export class ScenarioRun<S extends Scenario = Scenario> {
  readonly counters: IterationCounters = {
    scheduled: 0,
    started: 0,
    completed: 0,
    interrupted: 0,
    dropped: 0,
    active: 0,
  };
  readonly tags: Tags;
  readonly startedAt: number;
  readonly startedEpochMs: number;
  private readonly active = new Set<ActiveVU>();
  private readonly cancels = new Set<() => void>();
  private readonly interruptListeners: (() => void)[] = [];
  private isStopped = false;
  private isInterrupted = false;
  private aborted = false;

  constructor(
    readonly scenario: S,
    readonly env: Environment,
  ) {
    this.startedAt = env.clock.now();
    this.startedEpochMs = env.epochMs();
    const own = { ...env.tags, ...scenario.tags };
    this.tags = env.tagsScenario ? { ...own, scenario: scenario.name } : own;
  }

  get stopped(): boolean {
    return this.isStopped;
  }

  get interrupted(): boolean {
    return this.isInterrupted;
  }

  /** Ends at once, before its time. */
  abort(): void {
    this.aborted = true;
    this.interrupt();
  }

  get elapsedMs(): number {
    return this.env.clock.now() - this.startedAt;
  }

  /** Stops after `durationMs` and interrupts `gracefulStopMs` later. */
  endAfter(durationMs: number, gracefulStopMs: number): void {
    this.at(durationMs, () => this.stop());
    this.at(durationMs + gracefulStopMs, () => this.interrupt());
  }

  /** Calls back `ms` milliseconds after the scenario's start, unless the scenario is over by then. */
  at(ms: number, callback: () => void): void {
    const cancel = this.env.clock.at(this.startedAt + ms, () => {
      this.cancels.delete(cancel);
      callback();
    });
    this.cancels.add(cancel);
  }

  /** Resolves `ms` milliseconds after the scenario's start, or when the scenario is interrupted. */
  until(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.onInterrupt(resolve);
      this.at(ms, resolve);
    });
  }

  onInterrupt(listener: () => void): void {
    if (this.isInterrupted) listener();
    else this.interruptListeners.push(listener);
  }

  stop(): void {
    this.isStopped = true;
  }

  interrupt(): void {
    if (this.isInterrupted) return;
    this.isInterrupted = true;
    this.stop();
    for (const vu of this.active) vu.interrupt();
    for (const listener of this.interruptListeners) listener();
  }

  /** Cancels all pending callbacks. Called when the executor's last iteration has ended. */
  finish(): void {
    this.stop();
    for (const cancel of this.cancels) cancel();
    for (const vu of [...this.active]) vu.release();
  }

  activate(): ActiveVU {
    const active = new ActiveVU(this, this.env.pool.take(), (self) => this.active.delete(self));
    this.active.add(active);
    return active;
  }

  /** As in k6, an interrupted scenario does not count the iterations that it has not started. */
  dropRest(count: number): void {
    if (count > 0 && !this.aborted) this.drop(count);
  }

  drop(count = 1): void {
    this.counters.dropped += count;
    this.env.metrics.dropped.add(count, this.tags);
  }
}

/** A VU while it serves a scenario. */
export class ActiveVU {
  private readonly controller = new AbortController();
  private readonly context: IterationContext;
  private released = false;
  private wake?: () => void;

  constructor(
    private readonly run: ScenarioRun,
    private readonly pooled: PooledVU,
    private readonly onRelease: (self: ActiveVU) => void,
  ) {
    const { scenario, env } = run;
    setMaxListeners(0, this.controller.signal); // each request of a batch adds a listener
    this.context = {
      scenario: scenario.name,
      executor: scenario.executor,
      exec: scenario.exec,
      env: scenario.env,
      tags: { ...env.tags, ...scenario.tags },
      setupData: env.setupData,
      iterationInInstance: 0,
      iterationInTest: 0,
      iterationInScenario: -1,
      iterationInVU: 0,
      scenarioStartTime: run.startedEpochMs,
      startDelayMs: undefined,
      progress: () => progressOf(run),
      signal: this.controller.signal,
    };
  }

  get interrupted(): boolean {
    return this.controller.signal.aborted;
  }

  /**
   * Runs one iteration to its end and counts it. Never rejects.
   * @param dueMs scheduled start of the iteration, in ms since the scenario's start
   */
  async iterate(dueMs?: number): Promise<void> {
    const { counters, env } = this.run;
    const startedAt = env.clock.now();
    this.prepareContext(dueMs === undefined ? undefined : startedAt - this.run.startedAt - dueMs);
    counters.started += 1;
    let aborted = false;
    try {
      await this.pooled.vu.iterate(this.context);
    } catch (error) {
      aborted = error instanceof TestAborted;
      this.handle(error);
    }
    // k6 measures the iteration that aborted the test like a complete one.
    if (aborted) this.measure(startedAt);
    if (this.interrupted) counters.interrupted += 1;
    else await this.complete(startedAt);
  }

  interrupt(): void {
    this.controller.abort(new IterationInterrupted());
    this.wake?.();
  }

  /** Gives the VU back to the pool. Call it only between iterations. */
  release(): void {
    if (this.released) return;
    this.released = true;
    this.run.env.pool.giveBack(this.pooled);
    this.onRelease(this);
  }

  private prepareContext(delayMs: number | undefined): void {
    const context = this.context;
    context.startDelayMs = delayMs;
    context.iterationInInstance = context.iterationInTest = this.run.counters.started;
    context.iterationInScenario += 1;
    context.iterationInVU = this.pooled.iterations++;
  }

  private handle(error: unknown): void {
    if (error instanceof ScriptException) this.run.env.log(error.stack);
    else if (!(error instanceof IterationInterrupted)) this.run.env.fail(error);
    else if (!this.interrupted) this.interrupt();
  }

  private async complete(startedAt: number): Promise<void> {
    const { counters, env } = this.run;
    counters.completed += 1;
    const durationMs = this.measure(startedAt);
    if (durationMs < env.minIterationDurationMs) await this.rest(startedAt + env.minIterationDurationMs);
  }

  /** @returns the duration of the iteration, ms */
  private measure(startedAt: number): number {
    const { metrics, clock } = this.run.env;
    const durationMs = clock.now() - startedAt;
    const { tags } = this.pooled.vu;
    metrics.iterationDuration.add(durationMs, tags);
    metrics.iterations.add(1, tags);
    return durationMs;
  }

  /** Waits until a time, or until the interruption. */
  private rest(until: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.run.env.clock.at(until, resolve);
      this.wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** exec.scenario.progress, 0..1: by time if the scenario has a duration, otherwise by iterations. */
function progressOf({ scenario, elapsedMs, counters }: ScenarioRun): number {
  switch (scenario.executor) {
    case 'shared-iterations':
      return Math.min(1, counters.completed / scenario.iterations);
    case 'per-vu-iterations':
      return Math.min(1, counters.completed / (scenario.iterations * scenario.vus));
    default:
      return Math.min(1, elapsedMs / durationOf(scenario));
  }
}
