import type { Comparison } from './comparison/comparison';
import type { Sweep } from './sweep/sweep';

/**
 * - `held`: everything that the experiment claims was seen.
 * - `refuted`: the pressure was there, and at least one claim was not.
 * - `no impact`: the pressure never reached the system, so nothing can be said of it.
 * - `inconclusive`: the run was cut off, data is missing, or the lab or its machine was the bottleneck.
 */
export type Outcome = 'held' | 'refuted' | 'no impact' | 'inconclusive';

const WORST_FIRST: Outcome[] = ['refuted', 'inconclusive', 'no impact', 'held'];

/** Of several outcomes the worst; `held` when there is none. */
export function worst(outcomes: Outcome[]): Outcome {
  return WORST_FIRST.find((outcome) => outcomes.includes(outcome)) ?? 'held';
}

/** Refuted when an arm did not do what it says of itself, inconclusive when that cannot be told of one. */
export function outcomeOfComparison({ rows }: Comparison): Outcome {
  const results = rows.flatMap(({ changes, findings }) => [
    ...changes.flatMap(({ result }) => result ?? []),
    ...findings.map(({ result }) => result),
  ]);
  if (results.some((result) => result === 'not as expected' || result === 'refuted')) return 'refuted';
  const unclear = results.some((result) => result === 'unclear' || result === 'inconclusive');
  return unclear || rows.some(({ troubles }) => troubles.length > 0) ? 'inconclusive' : 'held';
}

/** Inconclusive when a point is: a sweep claims nothing that could be refuted. */
export function outcomeOfSweep({ points }: Sweep): Outcome {
  return points.some(({ troubles }) => troubles.length > 0) ? 'inconclusive' : 'held';
}
