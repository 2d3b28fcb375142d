import type { LoadEvent, LogEvent, RequestsEvent } from '../../model/events';
import { K6_EXIT } from '../k6-exit';
import { Ending, limited } from './ending';
import type { ExecutorClock } from './executors/clock';
import { Execution, plannedVUs } from './executors/execution';
import type { Environment } from './executors/scenario-run';
import { VUPool } from './executors/vu-pool';
import { LoadReporter } from './load-reporter';
import { Thresholds } from './metrics/evaluation';
import { MetricRegistry } from './metrics/registry';
import { type SummaryData, summaryData } from './metrics/summary';
import { consolidatedOptions } from './options/consolidated';
import { parseOptions, type TestOptions } from './options/options';
import { asSetupData } from './setup-data';
import { type InstanceInfo, type Script, ScriptException, type ScriptHost, TestAborted } from './vu';

const REPORT_EVERY_MS = 1000;
const JUDGE_EVERY_MS = 2000;

export interface LoadTestInput {
  load(host: ScriptHost): Promise<Script>;
  clock: ExecutorClock;
  /** `clock.now()` at t = 0 of the events, unless `run` gets another value. */
  origin: number;
  emit(event: RequestsEvent | LoadEvent | LogEvent): void;
  allowedHosts?: string[];
}

export interface LoadTestResult {
  aborted: boolean;
  data: SummaryData;
  thresholds: Record<string, boolean>;
  checks: Record<string, { passes: number; fails: number }>;
  iterations: number;
  droppedIterations: number;
  /**
   * Result of handleSummary: contents by file name, "stdout" or "stderr". Undefined without handleSummary.
   */
  outputs?: Record<string, string | Buffer>;
  /** The exit code with which k6 would end. */
  exitCode: number;
  /** Why the load did not take place: setup() failed. */
  failure?: unknown;
}

interface Prepared {
  script: Script;
  options: TestOptions;
  thresholds: Thresholds;
}

/** One test, from loading the script to its summary. */
export class LoadTest {
  private readonly registry = new MetricRegistry();
  private readonly reporter: LoadReporter;
  private readonly aborting = new AbortController();
  private startedAt: number;
  private execution?: Execution;
  private vus?: VUPool;
  private failure?: unknown;
  private readonly ending = new Ending();
  private origin: number;
  private prepared?: Promise<Prepared>;

  constructor(private readonly input: LoadTestInput) {
    this.origin = input.origin;
    this.startedAt = input.clock.now();
    this.reporter = new LoadReporter(this.t());
  }

  /**
   * Loads the script and creates its VUs, so that `run` can begin at once.
   * @throws LabError (usage) when the script or its options are wrong
   */
  async prepare(): Promise<void> {
    await this.preparing();
  }

  /**
   * @param origin `clock.now()` at t = 0 of the events
   * @throws LabError (usage) when the script or its options are wrong, or when it does something that is not
   * supported
   */
  async run(origin = this.origin): Promise<LoadTestResult> {
    const { script, options, thresholds } = await this.preparing();
    this.origin = origin;
    try {
      return await this.runScript(script, options, thresholds);
    } finally {
      await this.close(script);
    }
  }

  private preparing(): Promise<Prepared> {
    this.prepared ??= this.loading();
    return this.prepared;
  }

  private async loading(): Promise<Prepared> {
    const script = await this.input.load(this.host());
    try {
      const options = parseOptions(script.options, script.execs);
      script.consolidate(consolidatedOptions(script.options, options, script.systemTags));
      const thresholds = new Thresholds(options.thresholds, this.registry);
      this.vus = new VUPool((id) => script.createVU(id));
      this.vus.prepare(plannedVUs(options.scenarios));
      return { script, options, thresholds };
    } catch (error) {
      await this.close(script);
      throw error;
    }
  }

  private async close(script: Script): Promise<void> {
    this.reporter.close();
    await Promise.all([this.vus?.close(), script.close()]);
  }

  /** Interrupts the load at once. `run` then returns the summary so far. */
  abort(): void {
    this.abortWith(K6_EXIT.aborted);
  }

  private abortWith(code: Parameters<Ending['abort']>[0]): void {
    this.ending.abort(code);
    this.aborting.abort();
    this.execution?.abort();
  }

  private async runScript(
    script: Script,
    options: TestOptions,
    thresholds: Thresholds,
  ): Promise<LoadTestResult> {
    this.startedAt = this.input.clock.now();
    this.reporter.begin(this.t());
    const stopTimers = this.startTimers(options, thresholds);
    let setup: { data?: unknown; failure?: unknown };
    try {
      setup = await this.loadWithSetup(script, options);
    } finally {
      stopTimers();
      this.report();
    }
    if (this.failure !== undefined) throw this.failure;
    const result = await this.summarize(script, options, thresholds, setup.data);
    return { ...result, failure: setup.failure };
  }

  /** Like k6, skips the load and teardown() when setup() does not complete. */
  private async loadWithSetup(
    script: Script,
    options: TestOptions,
  ): Promise<{ data?: unknown; failure?: unknown }> {
    let setup: { data: unknown } | undefined;
    try {
      setup = await this.setup(script, options);
    } catch (failure) {
      this.ending.partFailed('setup', failure);
      return { failure };
    }
    if (!setup) return {};
    await this.execute(script, options, setup.data);
    await this.teardown(script, options, setup.data);
    return setup;
  }

  /** The result of setup(); undefined if the test was aborted before setup() ended. */
  private async setup(script: Script, options: TestOptions): Promise<{ data: unknown } | undefined> {
    const { signal } = this.aborting;
    if (!script.setup || options.noSetup) return { data: undefined };
    if (signal.aborted) return undefined;
    const run = async (limit: AbortSignal) => asSetupData(await script.setup!(limit));
    const done = await limited('setup', options.setupTimeout, signal, run);
    return done && { data: done.result };
  }

  private async execute(script: Script, options: TestOptions, setupData: unknown): Promise<void> {
    if (this.aborting.signal.aborted) return;
    this.execution = new Execution(options.scenarios, this.environment(script, options, setupData));
    await this.execution.run();
  }

  /**
   * Runs even after an interruption, because its task is to clean up. A failure is logged, and the load still
   * counts.
   */
  private async teardown(script: Script, options: TestOptions, setupData: unknown): Promise<void> {
    if (!script.teardown || options.noTeardown) return;
    const never = new AbortController().signal;
    const run = (signal: AbortSignal) => script.teardown!(setupData, signal);
    try {
      await limited('teardown', options.teardownTimeout, never, run);
    } catch (error) {
      if (error instanceof TestAborted) return;
      this.ending.partFailed('teardown', error);
      this.log(`error: ${(error as Error).message}`);
    }
  }

  private async summarize(
    script: Script,
    options: TestOptions,
    thresholds: Thresholds,
    setupData: unknown,
  ): Promise<Omit<LoadTestResult, 'failure'>> {
    const durationMs = this.elapsedMs();
    thresholds.evaluate(durationMs);
    const { summaryTrendStats, summaryTimeUnit } = options;
    const registry = this.registry;
    const data = summaryData({
      registry,
      thresholds,
      durationMs,
      summaryTrendStats,
      summaryTimeUnit,
      setupData,
    });
    const results = thresholds.results();
    return {
      aborted: this.aborting.signal.aborted,
      data,
      thresholds: results,
      checks: registry.checks.totals(),
      iterations: data.metrics.iterations?.values.count ?? 0,
      droppedIterations: this.totals().dropped,
      outputs: await this.handleSummary(script, data),
      exitCode: this.ending.exitCode(Object.values(results).every(Boolean)),
    };
  }

  /** If handleSummary throws, its error is logged, and the run still counts. */
  private async handleSummary(
    script: Script,
    data: SummaryData,
  ): Promise<Record<string, string | Buffer> | undefined> {
    try {
      return await script.handleSummary?.(data, AbortSignal.timeout(60_000));
    } catch (error) {
      const text = error instanceof ScriptException ? error.stack : String(error);
      this.log(`error: handleSummary() failed: ${text}`);
      return undefined;
    }
  }

  /** Starts timers that report every second, count VUs and judge thresholds that can end the test. */
  private startTimers(options: TestOptions, thresholds: Thresholds): () => void {
    const vus = this.registry.metric('vus', 'gauge', 'default');
    const vusMax = this.registry.metric('vus_max', 'gauge', 'default');
    const stops = [
      this.every(REPORT_EVERY_MS, () => {
        this.report();
        vus.add(this.execution?.activeVUs ?? 0, options.tags);
        vusMax.add(this.vus!.size, options.tags);
      }),
    ];
    if (thresholds.canAbort) stops.push(this.every(JUDGE_EVERY_MS, () => this.judge(thresholds)));
    return () => stops.forEach((stop) => stop());
  }

  private every(periodMs: number, action: () => void): () => void {
    const { clock } = this.input;
    let cancel: () => void;
    const arm = (count: number) => {
      cancel = clock.at(this.startedAt + count * periodMs, () => {
        action();
        arm(Math.max(count + 1, Math.ceil(this.elapsedMs() / periodMs)));
      });
    };
    arm(1);
    return () => cancel();
  }

  private judge(thresholds: Thresholds): void {
    const failedNow = thresholds.evaluateRunning(this.elapsedMs());
    if (failedNow.length === 0 || this.aborting.signal.aborted) return;
    this.log(`thresholds with abortOnFail were crossed, so the load ends early: ${failedNow.join(', ')}`);
    this.abortWith(K6_EXIT.thresholdsFailed);
  }

  private report(): void {
    const events = this.reporter.take(this.t(), this.execution?.counters() ?? []);
    for (const event of events) this.input.emit(event);
  }

  private environment({ systemTags }: Script, options: TestOptions, setupData: unknown): Environment {
    return {
      clock: this.input.clock,
      pool: this.vus!,
      metrics: {
        iterations: this.registry.metric('iterations', 'counter', 'default'),
        iterationDuration: this.registry.metric('iteration_duration', 'trend', 'time'),
        dropped: this.registry.metric('dropped_iterations', 'counter', 'default'),
      },
      tags: options.tags,
      tagsScenario: systemTags.has('scenario'),
      minIterationDurationMs: options.minIterationDuration,
      setupData,
      epochMs: () => Date.now(),
      log: (line) => this.log(line),
      fail: (error) => {
        this.failure ??= error;
        this.abort();
      },
    };
  }

  private host(): ScriptHost {
    return {
      sink: this.registry,
      onRequest: (request) => this.reporter.add(request),
      log: (line) => this.log(line),
      now: () => this.input.clock.now(),
      abortTest: (message) => {
        this.log(`the script ended the test: ${message}`);
        this.abortWith(K6_EXIT.abortedByScript);
      },
      failTest: (message) => {
        this.log(`error: ${message}`);
        this.ending.markAsFailed();
      },
      allowedHosts: this.input.allowedHosts,
      instance: () => this.instance(),
    };
  }

  private instance(): InstanceInfo {
    const { completed, interrupted } = this.totals();
    return {
      vusActive: this.execution?.activeVUs ?? 0,
      vusInitialized: this.vus?.size ?? 0,
      iterationsCompleted: completed,
      iterationsInterrupted: interrupted,
      currentTestRunDuration: this.elapsedMs(),
    };
  }

  private totals() {
    const totals = { completed: 0, interrupted: 0, dropped: 0 };
    for (const [, counters] of this.execution?.counters() ?? []) {
      for (const key of Object.keys(totals) as (keyof typeof totals)[]) totals[key] += counters[key];
    }
    return totals;
  }

  private log(line: string): void {
    this.input.emit({ type: 'log', t: this.t(), source: 'load', line });
  }

  private elapsedMs(): number {
    return this.input.clock.now() - this.startedAt;
  }

  private t(): number {
    return Math.round((this.input.clock.now() - this.origin) * 1000) / 1000;
  }
}
