/**
 * What an experiment is: a load script, the system it needs, and the claims that must be seen.
 * Experiments are data, so that a threshold is stated once and can be judged, printed and drawn.
 */
export interface Experiment {
  /** One sentence for `lab list`. */
  title: string;
  /** Length of the load in seconds, without the drain after it. A recording keeps the length that it was made with. */
  seconds: { full: number; compressed: number };
  /** LabProps that differ from main.ts for this experiment; usually none. */
  props?: Record<string, unknown>;
  /** Which requests press on the system, which suffer, and which share nothing with either. */
  roles: { aggressor: Requests; victim?: Requests; control?: Requests };
  /**
   * The pressure that must be measured for the experiment to mean anything. Without it the run says
   * "no impact": neither held nor refuted.
   */
  pressure: Condition;
  claims: Claim[];
  /** What the aggressor asks for, so that what must happen can be computed before a sweep. */
  demand?: Demand;
  /** Changes of the system under a name: a defence, or a remedy that does not help. */
  arms?: Record<string, Arm>;
  /** Arms that every run measures too, because a claim compares with them. */
  alsoRun?: string[];
}

/**
 * - `cpu`: so many requests a second, each with CPU work of so many units of complexity on average
 * - `connections`: each request runs so many queries
 */
export type Demand =
  { of: 'cpu'; perSecond: number; complexity: number } | { of: 'connections'; queries: number };

/** Requests by scenario of the load script and name (k6's `name` tag or the path). */
export interface Requests {
  scenario: string;
  name?: string;
  /** What people call them, e.g. "the price route". */
  label: string;
  /**
   * What the service calls their route, for what is asked of its own metrics (dashboards). Default: `name` without
   * its query, or all routes.
   */
  route?: string;
  /** A later answer is of no use to whoever waits for it: comparisons count it as lost. Default: 1000. */
  goodWithinMs?: number;
}

/** The name of the system as main.ts describes it, beside the arms of an experiment. */
export const DEFAULT_ARM = 'default';

export interface Arm {
  title: string;
  props: Record<string, unknown>;
  /** What the load script finds in `__ENV` beyond the usual: how clients behave in this arm. */
  env?: Record<string, string>;
  /** What the change should do to whom. `lab compare` judges it; an arm need not help. */
  expects?: Expectation[];
  /** The arm that it is compared with; default: the system as it is. */
  against?: string;
  /** What else must be seen in a run of this arm. */
  claims?: Claim[];
}

export type Effect = 'helps' | 'no change' | 'harms';

/** What a change should do to the goodput of some requests, and why. */
export interface Expectation {
  role: 'aggressor' | 'victim';
  goodput: Effect;
  because: string;
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
export type Comparator = '<' | '<=' | '>' | '>=';

export interface Condition extends Operand {
  is: Comparator;
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
export interface LevelClaim extends Stated, Condition {
  /** Divides the measured value: "ten times what it was at the start". */
  relativeTo?: Operand;
}

/** One thing is seen to cross its level before another crosses its own. */
export interface OrderClaim extends Stated {
  first: Condition;
  then: Condition;
  /** Least time between the two, seconds. */
  byAtLeastSeconds: number;
}

export type Claim = LevelClaim | OrderClaim;
