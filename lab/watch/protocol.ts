import type { PhaseEvent, PodEvent, Prediction, RunEvent, TelemetryEvent } from '../model/events';
import type { Diagnosis, Sighting } from '../verdict/diagnosis';
import type { Finding } from '../verdict/evaluate';
import type { Question } from '../verdict/prediction';
import type { Score } from '../verdict/score';
import type { CurveStyle, Tone } from '../verdict/signals/shown';
import type { Verdict } from '../verdict/verdict';

export type { Question, Tone };

/**
 * The messages to the page, the same for a live run, a replay and a report. Seconds count from the start of
 * the load; `t` is ms since the run's start, as in a recording.
 */
export type PageEvent =
  | SetupMessage
  | ArmMessage
  | CurveMessage
  | FramesMessage
  | EventMessage
  | FindingMessage
  | PredictedMessage
  | VerdictMessage
  | ReportMessage;

export type Mode = 'live' | 'replay' | 'report';
export type RequestRole = 'aggressor' | 'victim' | 'control';
export type App = 'backend' | 'downstream' | 'postgres';

/** First message: everything known before a run begins. It starts the page anew. */
export interface SetupMessage {
  type: 'setup';
  mode: Mode;
  /** Initial playback speed of a replay. */
  speed: number;
  experiment: string;
  title: string;
  /** The lesson as HTML, made from the experiment's own README. */
  lesson: string;
  /** What people call the requests of each role. */
  roles: Partial<Record<RequestRole, string>>;
  /** `places`: where the page shows what a claim is about. */
  claims: { id: string; says: string; because: string; places: string[] }[];
  /** The same for each signal, by `placeKey`. */
  seenIn: Record<string, string[]>;
  /** Curves that every arm has. An arm's further curves are announced as its pods appear. */
  curves: SignalCurve[];
  charts: Chart[];
  lines: ClaimLine[];
  /** The value from which a signal counts as saturated, as in the diagnosis. */
  saturated: Record<string, number>;
  /** The arm that is judged. */
  judgedArm: string;
  /** Asked before the load begins. The load waits for the answer. */
  question?: Question;
}

/** A signal over consecutive seconds. */
export interface SignalCurve {
  signal: string;
  title: string;
  unit: string;
  role?: RequestRole;
  name?: string;
  app?: App;
  pod?: string;
}

/** A signal of one app's containers; of the backend's when left out. */
export function placeKey({ signal, app }: { signal: string; app?: App }): string {
  return app === undefined || app === 'backend' ? signal : `${signal} of ${app}`;
}

/** The place of the pods' lanes. Every other place is the id of a chart. */
export const PODS_PLACE = 'pods';

export interface Chart {
  id: string;
  title: string;
  /** What to look for, in one sentence. */
  hint: string;
  group: 'clients' | 'system' | 'claims';
  role?: RequestRole;
  unit: string;
  /** Unit of the curves on the right axis. */
  rightUnit?: string;
  curves: ChartCurve[];
  /** Curves add up. */
  stacked?: boolean;
  /** A line at 100 %, labelled with a setting. */
  limit?: { path: string; unit: string };
}

export interface ChartCurve extends CurveStyle {
  /** Index of the curve. */
  curve: number;
}

/** An expectation in a chart: a level over a part of the load. */
export interface ClaimLine {
  claim: string;
  chart: string;
  axis: 'left' | 'right';
  is: string;
  /** Left out for a multiple of a value that the run has yet to show. A finding then brings the level. */
  level?: number;
  /** Fractions of the planned load. */
  during: [number, number | 'end'];
}

export interface ArmMessage {
  type: 'arm';
  arm: string;
  title: string;
  run: RunEvent;
  /** Length of the load, without the drain after it. */
  plannedSeconds: number;
}

/** A curve of one arm beyond those of the setup; its index is the next one. */
export interface CurveMessage {
  type: 'curve';
  arm: string;
  curve: SignalCurve;
}

/**
 * Values of the curves, by index, at the given seconds. A second that was sent before replaces its old
 * values.
 */
export interface FramesMessage {
  type: 'frames';
  arm: string;
  seconds: number[];
  columns: (number | null)[][];
}

/** Events that are drawn as they are recorded. */
export interface EventMessage {
  type: 'event';
  arm: string;
  event: PhaseEvent | PodEvent | Extract<TelemetryEvent, { type: 'end' }>;
}

/** A claim that is decided for an arm at this second of the load. */
export interface FindingMessage {
  type: 'finding';
  arm: string;
  second: number;
  finding: Finding;
  /** Level of the claim's line where the setup could not know it. */
  level?: number;
}

/** The question has been answered, by this page or another. */
export interface PredictedMessage {
  type: 'predicted';
  prediction: Prediction;
}

export interface VerdictMessage {
  type: 'verdict';
  arm: string;
  verdict: Verdict;
}

export interface Repetition {
  /** Settings that differ from their defaults. */
  changes: { path: string; value: string; default: string }[];
  /** The command line that runs the same again. */
  repeat: string;
  /** Settings that this command lacks, because their values are not allowed any more. */
  notRepeated?: string[];
}

/** What a reader needs to trust a run and to do it again. */
export interface ReportMessage extends Repetition {
  type: 'report';
  folder: string;
  /** Recordings in the folder that could not be read, with the reasons. */
  leftOut?: string[];
  /** How to do the runs of the other arms again. */
  others: ({ arm: string } & Repetition)[];
  /** The prediction made before the load began, compared with the evidence. */
  prediction?: Score;
}

export type { Diagnosis, Finding, PodEvent, Prediction, RunEvent, Score, Sighting, Verdict };
