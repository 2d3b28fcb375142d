import type { LoadEvent, LogEvent, RequestsEvent } from './events';

export interface LoadOptions {
  /** Path of a k6 script (.ts or .js). */
  script: string;
  /** The script's __ENV. */
  env: Record<string, string>;
  /** Called once per second and group of requests. `t` is milliseconds since the start of the load. */
  emit(event: RequestsEvent | LoadEvent | LogEvent): void;
  /** Aborting interrupts the load at once. The summary so far is still returned. */
  signal?: AbortSignal;
  /** Hosts (name or address, without port) that may receive load. Others are refused. */
  allowedHosts?: string[];
}

/** The part of k6's end-of-test summary that the lab judges and prints. */
export interface LoadSummary {
  /** True when a threshold with abortOnFail, `signal` or `exec.test.abort` ended the load early. */
  aborted: boolean;
  durationMs: number;
  iterations: number;
  droppedIterations: number;
  requests: number;
  /** Results by "metric{tags}: expression". */
  thresholds: Record<string, boolean>;
  checks: Record<string, { passes: number; fails: number }>;
  /** What is wrong with the reported requests, as the start of a sentence. Undefined if they are complete. */
  problem?: string;
  /** The metrics in k6's `data` argument of handleSummary, by name, with type, contains and values. */
  metrics: Record<string, { type: string; contains: string; values: Record<string, number> }>;
}

/** Executes a k6 script, either without k6 ("embedded") or with k6 itself ("k6"). */
export interface LoadRunner {
  readonly name: 'embedded' | 'k6';
  /**
   * Prepares the load generator, so that `run` with the same options begins at once. Undefined if not needed.
   */
  prepare?(options: LoadOptions): Promise<void>;
  /**
   * Runs the script to its end.
   * @throws LabError (usage) with file, line and what is not supported; (environment) when the load generator
   * is not installed.
   */
  run(options: LoadOptions): Promise<LoadSummary>;
}
