/** A figure measured in several rounds. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** A goal, and the figure that it applies to. */
export interface Goal {
  of: 'ratio' | 'ours';
  is: '>=' | '<=';
  value: number;
}

/** One row of a table: our side, their side, measured alternately, and their ratio. */
export interface Row {
  what: string;
  unit: string;
  ours: Spread;
  theirs?: Spread;
  /** ours / theirs per round; not the ratio of the medians. */
  ratio?: Spread;
  goal?: Goal;
}

/**
 * How quiet the machine was: the CPU use of other processes and the hypervisor. Shares of all cores, medians
 * of the run.
 */
export interface Noise {
  others: number;
  steal: number;
}

export interface Result {
  subject: string;
  title: string;
  ours: string;
  theirs: string;
  rows: Row[];
  noise: Noise;
  /** The measurements left out, and what they require. */
  skipped: string[];
  rounds: number;
  /** The length of one measurement, in seconds. */
  seconds: number;
  /** The day, in ISO 8601. */
  at: string;
  machine: Record<string, string>;
}

export type Outcome = 'met' | 'missed' | 'inconclusive' | '';

/** Above this share of the cores, other processes influence the ratio. */
const MOST_OTHERS = 0.2;
/**
 * Above this share, as in the lab's own verdicts, stolen time changes figures by more than the margins of the
 * goals.
 */
const MOST_STEAL = 0.15;

export function isNoisy({ others, steal }: Noise): boolean {
  return others > MOST_OTHERS || steal > MOST_STEAL;
}

/** On a noisy machine a met goal stays met, but a missed goal may be the machine's fault. */
export function outcome({ goal, ours, ratio }: Row, noise: Noise): Outcome {
  const found = goal && (goal.of === 'ratio' ? ratio : ours);
  if (!goal || !found) return '';
  const met = goal.is === '>=' ? found.median >= goal.value : found.median <= goal.value;
  if (met) return 'met';
  return isNoisy(noise) ? 'inconclusive' : 'missed';
}

export function spreadOf(values: number[]): Spread {
  if (values.length === 0) return { median: 0, min: 0, max: 0 };
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
  return { median, min: sorted[0] as number, max: sorted.at(-1) as number };
}
