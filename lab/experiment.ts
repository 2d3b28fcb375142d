/**
 * What an experiment is: a load script, the system it needs, and the claims that must be seen.
 * Experiments are data, so that a threshold is stated once and can be judged, printed and drawn.
 */
export interface Experiment {
  /** One sentence for `lab list`. */
  title: string;
  /** Length of the load in seconds, without the drain after it. */
  seconds: { full: number; compressed: number };
  /** LabProps that differ from main.ts for this experiment; usually none. */
  props?: Record<string, unknown>;
  /** Which requests press on the system, which suffer, and which share nothing with either. */
  roles: { aggressor: Requests; victim?: Requests; control?: Requests };
  /**
   * The pressure that must be measured for the experiment to mean anything. Without it the run says
   * "no impact": neither held nor refuted.
   */
  pressure: Measured;
  claims: Claim[];
  /** Changes of the system under a name: a defence, or a remedy that does not help. */
  arms?: Record<string, Arm>;
  /** Arms that every run measures too, because a claim compares with them. */
  alsoRun?: string[];
}

/** Requests by scenario of the load script and name (k6's `name` tag or the path). */
export interface Requests {
  scenario: string;
  name?: string;
  /** What people call them, e.g. "the price route". */
  label: string;
}

export interface Arm {
  title: string;
  props: Record<string, unknown>;
}

/**
 * One number out of the evidence: a signal over a part of the run.
 */
export interface Operand {
  signal: string;
  /** Whose requests; default: all. */
  role?: 'aggressor' | 'victim' | 'control';
  /** Only requests of this name, e.g. one of several parameters. */
  name?: string;
  /** Whose containers, by app.kubernetes.io/name; default: backend. */
  app?: 'backend' | 'downstream' | 'postgres';
  /** Part of the planned load as fractions; 'end' is the end of the drain. Default: [0, 'end']. */
  during?: Window;
  /**
   * How to reduce the part to one number: `over` it as a whole (default), or the largest or smallest value
   * of windows of `stepSeconds`.
   */
  take?: 'over' | 'max' | 'min';
  /** Default 1. */
  stepSeconds?: number;
  /** Another arm of the same experiment; default: the arm that is judged. */
  arm?: string;
}

export type Window = [from: number, to: number | 'end'];
export type Comparison = '<' | '<=' | '>' | '>=';

export interface Measured extends Operand {
  is: Comparison;
  threshold: number;
}

interface Stated {
  /** Stable name, unique in the experiment. */
  id: string;
  /** The claim as a sentence. */
  says: string;
  /** Why this threshold and no other. */
  because: string;
}

/** A number, or a quotient of two, compared with a threshold. */
export interface LevelClaim extends Stated, Measured {
  /** Divides the measured value: "ten times what it was at the start". */
  relativeTo?: Operand;
}

/** One thing is seen to cross its level before another crosses its own. */
export interface OrderClaim extends Stated {
  first: Measured;
  then: Measured;
  /** Least time between the two, seconds. */
  byAtLeastSeconds: number;
}

export type Claim = LevelClaim | OrderClaim;
