/** A figure of several rounds. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** What a figure should be, and which figure is meant. */
export interface Goal {
  of: 'ratio' | 'ours';
  is: '>=' | '<=';
  value: number;
}

/** One line of a table: ours beside theirs, measured in turns, and their ratio. */
export interface Row {
  what: string;
  unit: string;
  ours: Spread;
  theirs?: Spread;
  /** ours / theirs, round by round; not the ratio of the medians. */
  ratio?: Spread;
  goal?: Goal;
}

/** How quiet the machine was: what else used it, and what a hypervisor took. Shares of all cores, medians of the run. */
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
  /** What was not measured, and how to get it. */
  skipped: string[];
  rounds: number;
  /** Length of one measurement. */
  seconds: number;
  /** Day, ISO 8601. */
  at: string;
  machine: Record<string, string>;
}

export type Outcome = 'met' | 'missed' | 'inconclusive' | '';

/** With more of the cores taken by others, a ratio says something about them. */
const MOST_OTHERS = 0.2;
/** As in the lab's own verdicts: beyond it, missing time moves figures by more than the margins of the goals. */
const MOST_STEAL = 0.15;

export function isNoisy({ others, steal }: Noise): boolean {
  return others > MOST_OTHERS || steal > MOST_STEAL;
}

/** A goal that was met on a noisy machine is met; one that was missed there may be the machine's fault. */
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
