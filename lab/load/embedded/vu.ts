import type { MetricContains, MetricType } from '../builtin-metrics';
import type { RequestDone } from '../requests';

/**
 * What the two halves of the embedded load generator agree on: the executors decide when an iteration
 * runs, the script half runs it.
 */

export type Tags = Record<string, string>;

export interface MetricSink {
  /** Registers or returns a metric. @throws LabError when it exists with another type or content. */
  metric(name: string, type: MetricType, contains: MetricContains): MetricHandle;
}

export interface MetricHandle {
  readonly name: string;
  /** `tags` may be kept by the sink and shared between calls: neither side changes it afterwards. */
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
  /** What setup() returned; each VU gets its own copy, once. */
  setupData?: unknown;
  /** 0, 1, ... among the iterations of this scenario (in this instance and in the test are the same here). */
  iterationInInstance: number;
  iterationInTest: number;
  /** 0, 1, ... among this VU's iterations of this scenario. */
  iterationInScenario: number;
  /** 0, 1, ... among this VU's iterations: __ITER. */
  iterationInVU: number;
  /** How much later than its schedule wanted the iteration started, ms; only where there is a schedule. */
  startDelayMs?: number;
  /** Start of the scenario, ms since the epoch, as exec.scenario.startTime shows it. */
  scenarioStartTime: number;
  /** e.g. "constant-arrival-rate". */
  executor: string;
  /** 0..1, for exec.scenario.progress; read only when the script asks. */
  progress?(): number;
  /** Aborting interrupts the iteration: its sleep ends, its requests are aborted. */
  signal: AbortSignal;
}

/** The iteration was ended by its signal (or by exec.test.abort), not by the script. */
export class IterationInterrupted extends Error {
  constructor(message = 'the iteration was interrupted') {
    super(message);
    this.name = 'IterationInterrupted';
  }
}

/**
 * The script threw: k6 logs it, and the iteration counts as complete.
 * `message` is k6's text, e.g. "Error: boom"; `stack` adds one line "at name (file:line:column)" per frame of
 * the script, in its original lines.
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
  /**
   * Resolves when the iteration has ended; one at a time.
   * @throws ScriptException, IterationInterrupted, or a LabError (usage) that must end the test: the
   * script needs something that is not carried over, or aims at a host that is not allowed.
   */
  iterate(ctx: IterationContext): Promise<void>;
  /** Closes the VU's connections. */
  close(): Promise<void>;
}

export interface Script {
  /** The script's exported options, plain JSON; {} when it has none. */
  readonly options: Record<string, unknown>;
  /** Names of the exported functions, "default" included. */
  readonly execs: string[];
  /** A new module instance with its own globals, cookies and connections. */
  createVU(id: number): VU;
  /** The four below are undefined when the script does not export them. They throw as VU.iterate does. */
  setup?(signal: AbortSignal): Promise<unknown>;
  teardown?(setupData: unknown, signal: AbortSignal): Promise<void>;
  /** Values of the result are file names (or "stdout", "stderr") with their content. */
  handleSummary?(data: unknown, signal: AbortSignal): Promise<Record<string, string | Buffer>>;
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
  /** console.* of the script, one call per line of k6's log. */
  log(line: string): void;
  /** Milliseconds, monotonic, with fractions. */
  now(): number;
  /** exec.test.abort(): ends the test; the iteration that called it is interrupted. */
  abortTest(message?: string): void;
  /** Hosts (name or address, without port) that requests may go to; absent means all. */
  allowedHosts?: string[];
  instance(): InstanceInfo;
}
