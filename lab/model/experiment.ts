/**
 * An experiment: the load, the system it needs, and the claims that must be confirmed.
 * Experiments are data, so that a threshold is stated once and can be judged, printed and drawn.
 */
export interface Experiment {
  /** One sentence for `lab list`. */
  title: string;
  /**
   * Length of the load in seconds, without the drain after it. A recording keeps the length of its own run.
   */
  seconds: { full: number; compressed: number };
  /** Settings of this experiment that differ from main.ts; usually none. */
  props?: Record<string, unknown>;
  /**
   * The requests that put pressure on the system, those that suffer, and those that share nothing with
   * either.
   */
  roles: { aggressor: Requests; victim?: Requests; control?: Requests };
  /**
   * The pressure that the run must reach for its claims to mean anything. Without it, the verdict is "no
   * impact": neither held nor refuted.
   */
  pressure: Condition;
  claims: Claim[];
  /** The demand of the aggressor, from which a sweep computes its prediction. */
  demand?: Demand;
  /** Named changes of the system: a defence, or a remedy that does not help. */
  arms?: Record<string, Arm>;
  /** Arms that every run also measures, because a claim compares with them. */
  alsoRun?: string[];
}

/**
 * - `cpu`: requests per second, and the average CPU work of each in units of complexity
 * - `connections`: the number of queries that each request runs
 */
export type Demand =
  { of: 'cpu'; perSecond: number; complexity: number } | { of: 'connections'; queries: number };

/** Requests, selected by scenario of the load script and by name (k6's `name` tag or the path). */
export interface Requests {
  scenario: string;
  name?: string;
  /** What to call them in texts, e.g. "the price route". */
  label: string;
  /**
   * The route's name in the service's own metrics, for dashboards. Default: `name` without its query, or all
   * routes.
   */
  route?: string;
  /** Comparisons count a later answer as lost, because it is of no use to the client. Default: 1000. */
  goodWithinMs?: number;
}

/** Name of the arm that is the system as main.ts describes it. */
export const DEFAULT_ARM = 'default';

export interface Arm {
  title: string;
  props: Record<string, unknown>;
  /** Additional `__ENV` values for the load script: how clients behave in this arm. */
  env?: Record<string, string>;
  /** The expected effects of the change. `lab compare` judges them. An arm need not help. */
  expects?: Expectation[];
  /** The arm to compare with. Default: the default arm. */
  against?: string;
  /** Further claims that a run of this arm must confirm. */
  claims?: Claim[];
}

export type Effect = 'helps' | 'no change' | 'harms';

/** The expected effect of a change on the goodput of some requests, and why. */
export interface Expectation {
  role: 'aggressor' | 'victim';
  goodput: Effect;
  because: string;
}

/**
 * One number from the evidence: a signal over a part of the run.
 */
export interface Operand {
  signal: string;
  /** The role whose requests count. Default: all requests. */
  role?: 'aggressor' | 'victim' | 'control';
  /** Count only requests with this name, e.g. one of several parameters. */
  name?: string;
  /** The app whose containers count, by app.kubernetes.io/name. Default: backend. */
  app?: App;
  /** The part of the planned load, as fractions. 'end' is the end of the drain. Default: [0, 'end']. */
  during?: Window;
  /**
   * How to reduce the part to one number: `over` the whole part (default), or the largest or smallest value
   * of its windows of `stepSeconds`.
   */
  take?: 'whole' | 'max' | 'min';
  /** Length of a window, seconds. Default: 1. */
  stepSeconds?: number;
  /** The arm to read the signal from. Default: the judged arm. */
  arm?: string;
}

export type App = 'backend' | 'downstream' | 'postgres';

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
  /** Why the claim has this threshold. */
  because: string;
}

/** Compares a number, or the quotient of two numbers, with a threshold. */
export interface LevelClaim extends Stated, Condition {
  /** The divisor of the measured value, for claims such as "ten times what it was at the start". */
  relativeTo?: Operand;
}

/** Claims that one signal crosses its threshold before another crosses its own. */
export interface OrderClaim extends Stated {
  first: Condition;
  then: Condition;
  /** Shortest time between the two, seconds. */
  byAtLeastSeconds: number;
}

export type Claim = LevelClaim | OrderClaim;
