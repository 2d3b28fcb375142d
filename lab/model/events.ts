/**
 * The event stream of a run. The recorder, the progress display and the report are all listeners of it. A
 * replay feeds the same stream from a file.
 *
 * Every event has `t`: milliseconds since the start of the run, by a monotonic clock.
 */
export type TelemetryEvent =
  | RunEvent
  | PredictionEvent
  | PhaseEvent
  | SeriesEvent
  | ScrapeEvent
  | PodEvent
  | RequestsEvent
  | LoadEvent
  | HostEvent
  | LogEvent
  | EndEvent;

/** First event of a recording: everything needed to describe the run and to repeat it. */
export interface RunEvent {
  type: 'run';
  t: 0;
  /** Version of the recording format. */
  format: 1;
  id: string;
  /** ISO 8601 wall-clock time of the start. */
  startedAt: string;
  experiment: string;
  /**
   * The seed, if the run is a mystery. What is run, above all `experiment`, must stay hidden until the run's
   * end.
   */
  mystery?: number;
  arm: string;
  length: 'compressed' | 'full';
  /** Full duration of the load divided by the duration of this run; 1 at full length. */
  timeScale: number;
  /** `metricsUrl`: where all metrics of the pods can be scraped during the run. */
  engine: { name: string; limits: LimitsInfo; metricsUrl?: string };
  /**
   * `seed`: seed of the script's random numbers; left out when unseeded. `env`: how the arm changes the
   * behaviour of the clients. `allowTargets`: hosts other than the system's own that may receive load.
   */
  load: { runner: string; seed?: number; env?: Record<string, string>; allowTargets?: string[] };
  /** The comparison or sweep that this run is part of. Repeats, and attempts at one repeat, count from 1. */
  part?: RunPart;
  /** How many experiments the command ran on this machine at the same time. Left out when it was one. */
  atOnce?: number;
  /** The whole validated LabProps tree, without passwords. */
  props: Record<string, unknown>;
  versions: Record<string, string>;
}

/** A run's place in a comparison of arms or in a sweep over settings (`point`: values by setting path). */
export type RunPart = { repeat: number; attempt?: number } & (
  { of: 'comparison'; advice?: TriedAdvice } | { of: 'sweep'; point: Record<string, number> }
);

/** A piece of advice of a diagnosis that a run tries: what to do, and the settings that do it, by path. */
export interface TriedAdvice {
  says: string;
  set: Record<string, number | boolean | string>;
}

/**
 * The user's prediction for the run. It is written before the load begins, so never after the fact. Only the
 * first prediction counts. It contains only the answered parts.
 */
export interface PredictionEvent extends Prediction {
  type: 'prediction';
  t: number;
}

export interface Prediction {
  /** What will fail: a cause that the lab knows, or "healthy" for nothing. */
  cause?: string;
  /** What will be noticed first: a symptom that the lab knows, or "nothing". */
  first?: string;
  /** When it will be noticed, in seconds after the load begins. */
  at?: number;
  /** Whose requests will suffer: a path, a role of the experiment, or "nobody". */
  victim?: string;
}

/** How CPU and memory limits are enforced. Every output shows it. */
export interface LimitsInfo {
  rung: 'cgroup-v2' | 'systemd-scope' | 'cgroup-v1' | 'emulated' | 'kubelet';
  /** One sentence for people, e.g. "kernel limits by cgroup v1 (read back after setting)". */
  label: string;
}

export interface PhaseEvent {
  type: 'phase';
  t: number;
  name: 'starting' | 'load' | 'cooldown' | 'stopping';
}

/** Announces a metric series once. Scrapes then refer to it by id. */
export interface SeriesEvent {
  type: 'series';
  t: number;
  id: number;
  name: string;
  labels: Record<string, string>;
}

/** The values that are new or changed since the last scrape, as [series id, value]. */
export interface ScrapeEvent {
  type: 'scrape';
  t: number;
  values: [number, number][];
  /** Values with their own time of measurement, as [series id, t, value]. Only new measurements. */
  timed?: [number, number, number][];
  /**
   * Reasons why targets did not answer in time, by pod name; or by API_SERVER when that made all unreachable.
   */
  failed?: Record<string, string>;
}

/** The target through which all others are reached in a cluster. */
export const API_SERVER = 'API server';

export type PodReason =
  | 'Scheduled'
  | 'Started'
  | 'Ready'
  | 'Unready'
  | 'Unhealthy'
  | 'Killing'
  | 'Evicted'
  | 'OOMKilled'
  | 'Error'
  | 'Completed'
  | 'BackOff'
  | 'ScalingReplicaSet'
  | 'SuccessfulRescale';

export interface PodEvent {
  type: 'pod';
  t: number;
  pod: string;
  /** Value of the label app.kubernetes.io/name: backend, downstream, postgres. */
  app: string;
  reason: PodReason;
  message: string;
  exitCode?: number;
  restartCount?: number;
  /** Of Killing: the probe whose failures ended the container. Left out when the pod was deleted. */
  failedProbe?: 'startup' | 'liveness';
}

/** How a request ended, by mechanism. */
export type RequestOutcome = 'ok' | 'http_4xx' | 'http_5xx' | 'timeout' | 'reset' | 'refused' | 'other';

/**
 * Requests of one scenario and route, with one outcome, that ended in the window (t - 1000, t].
 * `name` is k6's `name` tag if set, otherwise the path without its query.
 */
export interface RequestsEvent {
  type: 'requests';
  t: number;
  scenario: string;
  name: string;
  outcome: RequestOutcome;
  /** HTTP status; 0 when there was no response. */
  status: number;
  count: number;
  /** Durations of the requests in µs (k6's http_req_duration): HdrHistogram V2, compressed, base64. */
  duration: string;
  /**
   * Like `duration`, but measured from the scheduled start of the iteration (open-model executors only), so
   * that waiting for a free VU counts (coordinated omission).
   */
  fromSchedule?: string;
}

/** State of the load generator, once per second and scenario. Counters start with the load. */
export interface LoadEvent {
  type: 'load';
  t: number;
  scenario: string;
  /** Iterations that the schedule wanted so far. For closed-model executors: the started iterations. */
  scheduled: number;
  started: number;
  completed: number;
  dropped: number;
  /** VUs that are running an iteration. */
  activeVUs: number;
  /** CPU use of the generator in the last second, in cores (0..n). */
  generatorCpu: number;
  /** Largest event-loop delay of the generator in the last second, ms (0 for k6). */
  generatorDelayMs: number;
}

/** State of the lab's machine, once per second. It tells a saturated host from a saturated system. */
export interface HostEvent {
  type: 'host';
  t: number;
  cores: number;
  /** Shares of all cores in the last second, 0..1. */
  busy: number;
  steal: number;
  /** Largest event-loop delay of the lab process in the last second, ms. */
  labDelayMs: number;
  /** CPU use of the lab process in the last second, in cores. Older recordings lack it. */
  labCpu?: number;
  /**
   * How far the wall clock was set ahead (or back, if negative) in the last second, ms. Left out below 100.
   */
  clockSetMs?: number;
}

export interface LogEvent {
  type: 'log';
  t: number;
  /** Pod name, or "load" for the load generator. */
  source: string;
  line: string;
}

/** Last event of a recording that was not cut off. */
export interface EndEvent {
  type: 'end';
  t: number;
  reason: 'completed' | 'interrupted' | 'failed';
  message?: string;
  /** Results of the load script's thresholds and checks, by name. */
  thresholds?: Record<string, boolean>;
  checks?: Record<string, { passes: number; fails: number }>;
}

export type Emit = (event: TelemetryEvent) => void;
