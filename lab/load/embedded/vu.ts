import { LabError } from '../../model/errors';
import type { MetricContains, MetricType } from '../builtin-metrics';
import type { RequestDone } from '../requests';

/**
 * The interface between the two halves of the embedded load generator: the executors decide when an iteration
 * runs, and the script half runs it.
 */

export type Tags = Record<string, string>;

export interface MetricSink {
  /** Registers or returns a metric. @throws LabError when it already exists with another type or content. */
  metric(name: string, type: MetricType, contains: MetricContains): MetricHandle;
}

export interface MetricHandle {
  readonly name: string;
  /** The sink may keep `tags`, and calls may share the object, so neither side may change it. */
  add(value: number, tags: Tags): void;
}

export interface IterationContext {
  scenario: string;
  /** Name of the exported function to run. */
  exec: string;
  /** The scenario's own environment, over the test's. */
  env: Record<string, string>;
  /** The scenario's own tags. */
  tags: Tags;
  /** The result of setup(). Each VU gets its own copy, once. */
  setupData?: unknown;
  /**
   * 0, 1, ... among the iterations of this scenario. The test has one instance, so both numbers are the same.
   */
  iterationInInstance: number;
  iterationInTest: number;
  /** 0, 1, ... among this VU's iterations of this scenario. */
  iterationInScenario: number;
  /** 0, 1, ... among this VU's iterations: __ITER. */
  iterationInVU: number;
  /** How late the iteration started, compared with its schedule, ms; undefined without a schedule. */
  startDelayMs?: number;
  /** Start of the scenario, ms since the epoch, as exec.scenario.startTime shows it. */
  scenarioStartTime: number;
  /** Executor name, e.g. "constant-arrival-rate". */
  executor: string;
  /** 0..1, for exec.scenario.progress. Called only when the script reads it. */
  progress?(): number;
  /** Aborting interrupts the iteration: its sleep ends, its requests are aborted. */
  signal: AbortSignal;
}

/** The iteration's signal (or exec.test.abort) ended the iteration, not the script. */
export class IterationInterrupted extends Error {
  constructor(message = 'the iteration was interrupted') {
    super(message);
    this.name = 'IterationInterrupted';
  }
}

/** exec.test.abort() ended the iteration. */
export class TestAborted extends IterationInterrupted {}

/** exec.test.abort() was called in the init context. There is no test, and so no summary. */
export class AbortedInInit extends LabError {
  constructor(message: string) {
    super(message, 'usage', 'The script itself ended the test: do what its message says.');
  }
}

/**
 * The script threw an error. Like k6, the generator logs it and counts the iteration as complete. `message`
 * is k6's text, e.g. "Error: boom". `stack` adds one line "at name (file:line:column)" per stack frame of the
 * script, with positions in the original files.
 */
export class ScriptException extends Error {
  constructor(
    message: string,
    /** "file:line:column" in the original script; empty when unknown. */
    readonly location: string,
    override readonly stack: string,
  ) {
    super(message);
    this.name = 'ScriptException';
  }
}

export interface VU {
  /** 1, 2, ...; 0 is reserved for setup, teardown and handleSummary. */
  readonly id: number;
  /** The tags of its samples, with those that the script has set. */
  readonly tags: Tags;
  /**
   * Resolves when the iteration has ended. Only one iteration may run at a time.
   * @throws ScriptException, IterationInterrupted, or a LabError (usage) that must end the test: the script
   * needs something that is not supported, or calls a host that is not allowed.
   */
  iterate(ctx: IterationContext): Promise<void>;
  /** Closes the VU's connections. */
  close(): Promise<void>;
}

export interface Script {
  /** The script's exported options as plain JSON; {} when it has none. */
  readonly options: Record<string, unknown>;
  /** Tags that k6 sets by itself and that the option systemTags selects. */
  readonly systemTags: ReadonlySet<string>;
  /** Sets what the script sees as exec.test.options. */
  consolidate(options: Record<string, unknown>): void;
  /** Names of the exported functions, including "default". */
  readonly execs: string[];
  /** Creates a new module instance with its own globals, cookies and connections. */
  createVU(id: number): VU;
  /**
   * setup, teardown and handleSummary are undefined unless the script exports them. They throw like
   * VU.iterate.
   */
  setup?(signal: AbortSignal): Promise<unknown>;
  teardown?(setupData: unknown, signal: AbortSignal): Promise<void>;
  /** The result maps file names (or "stdout", "stderr") to their contents. */
  handleSummary?(data: unknown, signal: AbortSignal): Promise<Record<string, string | Buffer> | undefined>;
  /** Closes the connections of setup, teardown and handleSummary. */
  close(): Promise<void>;
}

export interface InstanceInfo {
  vusActive: number;
  vusInitialized: number;
  iterationsCompleted: number;
  iterationsInterrupted: number;
  /** Milliseconds. */
  currentTestRunDuration: number;
}

export interface ScriptHost {
  sink: MetricSink;
  onRequest(request: RequestDone): void;
  /** Receives the output of the script's console.*, one call per line of k6's log. */
  log(line: string): void;
  /** Milliseconds, monotonic, with fractions. */
  now(): number;
  /** exec.test.abort(): ends the test. The calling iteration is interrupted. */
  abortTest(message: string): void;
  /** exec.test.fail(): the test counts as failed, and goes on. */
  failTest(message: string): void;
  /** Hosts (name or address, without port) that requests may go to. Default: all. */
  allowedHosts?: string[];
  instance(): InstanceInfo;
}
