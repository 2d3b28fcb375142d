import type { LoadEvent, LogEvent, RequestsEvent } from './events';

export interface LoadOptions {
  /** Path of a k6 script (.ts or .js). */
  script: string;
  /** The script's __ENV. */
  env: Record<string, string>;
  /** Called once a second and group; `t` is milliseconds since the load started. */
  emit(event: RequestsEvent | LoadEvent | LogEvent): void;
  /** Aborting interrupts the load at once; the summary so far is still returned. */
  signal?: AbortSignal;
  /** Hosts (name or address, without port) that the load may be aimed at; others are refused. */
  allowedHosts?: string[];
}

/** k6's end-of-test summary, reduced to what the lab judges and prints. */
export interface LoadSummary {
  /** True when thresholds with abortOnFail, `signal` or `exec.test.abort` ended the load early. */
  aborted: boolean;
  durationMs: number;
  iterations: number;
  droppedIterations: number;
  requests: number;
  /** By "metric{tags}: expression". */
  thresholds: Record<string, boolean>;
  checks: Record<string, { passes: number; fails: number }>;
  /** What is wrong with the reported requests, as a whole sentence's beginning; left out: they are complete. */
  problem?: string;
  /** k6's `data` argument of handleSummary: metrics by name with type, contains and values. */
  metrics: Record<string, { type: string; contains: string; values: Record<string, number> }>;
}

/** Executes a k6 script: in this project's own process ("embedded") or with the k6 binary ("k6"). */
export interface LoadRunner {
  readonly name: 'embedded' | 'k6';
  /** Brings the generator to where `run`, with the same options, begins at once; left out: it always does. */
  prepare?(options: LoadOptions): Promise<void>;
  /**
   * Runs the script to its end.
   * @throws LabError (usage) naming file, line and what is not supported; (environment) when the
   * runner is not installed.
   */
  run(options: LoadOptions): Promise<LoadSummary>;
}
