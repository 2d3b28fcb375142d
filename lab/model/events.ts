/**
 * The one stream of a run. The recorder, the progress display and the report are equal listeners on it,
 * and a replay feeds the same stream from a file.
 *
 * Every event carries `t`: milliseconds since the run's start, by a monotonic clock.
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

/** First event of a recording: everything needed to say what was run, and to run it again. */
export interface RunEvent {
  type: 'run';
  t: 0;
  /** Version of the recording format. */
  format: 1;
  id: string;
  /** ISO 8601 wall-clock time of the start. */
  startedAt: string;
  experiment: string;
  /** The seed of a mystery: what is run, `experiment` above all, is not to be shown before the run's end. */
  mystery?: number;
  arm: string;
  length: 'compressed' | 'full';
  /** Full duration of the load divided by the duration of this run; 1 at full length. */
  timeScale: number;
  /** `metricsUrl`: where everything about the pods can be scraped while the run lasts. */
  engine: { name: string; limits: LimitsInfo; metricsUrl?: string };
  /** `seed`: what the script's random numbers come from, if not from chance; `env`: what the arm changes about how clients behave; `allowTargets`: hosts beyond the system's own that the load might be aimed at. */
  load: { runner: string; seed?: number; env?: Record<string, string>; allowTargets?: string[] };
  /** What else this run is compared with: repeats are counted from 1, attempts at the same one too. */
  part?: RunPart;
  /** How many experiments the same command ran on this machine at the same time; left out when it was one. */
  atOnce?: number;
  /** The whole validated LabProps tree, without passwords. */
  props: Record<string, unknown>;
  versions: Record<string, string>;
}

/** A run that is one of many: of a comparison of arms, or of a sweep over settings (their values by path). */
export type RunPart = { repeat: number; attempt?: number } & (
  { of: 'comparison' } | { of: 'sweep'; point: Record<string, number> }
);

/**
 * What somebody expects of the run, written before the load begins and so never after the fact; only the first one
 * counts, and only what was answered is there.
 */
export interface PredictionEvent extends Prediction {
  type: 'prediction';
  t: number;
}

export interface Prediction {
  /** What will fail: a cause that the lab knows, "healthy" for nothing. */
  cause?: string;
  /** What will be noticed first: a symptom that the lab knows, "nothing" for none. */
  first?: string;
  /** When it will be noticed, seconds after the load begins. */
  at?: number;
  /** Whose requests will suffer: a path, or a role of the experiment; "nobody". */
  victim?: string;
}

/** How CPU and memory limits are enforced, as shown in every output. */
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

/** Announces a metric series once; scrapes then refer to it by number. */
export interface SeriesEvent {
  type: 'series';
  t: number;
  id: number;
  name: string;
  labels: Record<string, string>;
}

/** Values that are new or changed since the last scrape, as [series id, value]. */
export interface ScrapeEvent {
  type: 'scrape';
  t: number;
  values: [number, number][];
  /** Values that say themselves when they were measured, as [series id, t, value]; new measurements only. */
  timed?: [number, number, number][];
  /** Targets (pod names) that did not answer in time, with the reason; API_SERVER, when that hid all of them. */
  failed?: Record<string, string>;
}

/** The target by way of which all others are reached in a cluster. */
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
}

/** What became of a request, told apart by mechanism. */
export type RequestOutcome = 'ok' | 'http_4xx' | 'http_5xx' | 'timeout' | 'reset' | 'refused' | 'other';

/**
 * Requests of one scenario and route that ended in the window (t - 1000, t], in one outcome.
 * `name` is k6's `name` tag where set, else the path without its query.
 */
export interface RequestsEvent {
  type: 'requests';
  t: number;
  scenario: string;
  name: string;
  outcome: RequestOutcome;
  /** HTTP status, 0 when there was no response. */
  status: number;
  count: number;
  /** Duration of the request in µs (k6's http_req_duration): HdrHistogram V2, compressed, base64. */
  duration: string;
  /**
   * As `duration`, but from the moment at which the schedule wanted the iteration to start (open-model
   * executors only), so that waiting for a free VU counts (coordinated omission).
   */
  fromSchedule?: string;
}

/** The load generator, once a second and scenario. Counters are since the start of the load. */
export interface LoadEvent {
  type: 'load';
  t: number;
  scenario: string;
  /** Iterations that the schedule wanted so far; for closed-model executors the iterations started. */
  scheduled: number;
  started: number;
  completed: number;
  dropped: number;
  /** VUs that run an iteration now. */
  activeVUs: number;
  /** Share of one core that the generator used in the last second, 0..n. */
  generatorCpu: number;
  /** Largest event-loop delay of the generator in the last second, ms (0 for the k6 binary). */
  generatorDelayMs: number;
}

/** The machine under the lab, once a second: tells a saturated host from a saturated system. */
export interface HostEvent {
  type: 'host';
  t: number;
  cores: number;
  /** Shares of all cores in the last second, 0..1. */
  busy: number;
  steal: number;
  /** Largest event-loop delay of the lab process in the last second, ms. */
  labDelayMs: number;
  /** How far the wall clock was set in the last second, ms, ahead or back; left out below 100. */
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
