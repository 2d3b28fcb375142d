import type { Comparison } from './comparison/comparison';
import type { Sweep } from './sweep/sweep';

/**
 * - `held`: every claim of the experiment held.
 * - `refuted`: the pressure was there, and at least one claim did not hold.
 * - `no impact`: the pressure never reached the system, so the run says nothing about it.
 * - `inconclusive`: the run was cut off, data is missing, or the lab or its machine was the bottleneck.
 */
export type Outcome = 'held' | 'refuted' | 'no impact' | 'inconclusive';

const WORST_FIRST: Outcome[] = ['refuted', 'inconclusive', 'no impact', 'held'];

/** The worst of several outcomes; `held` when there are none. */
export function worst(outcomes: Outcome[]): Outcome {
  return WORST_FIRST.find((outcome) => outcomes.includes(outcome)) ?? 'held';
}

/** Refuted when an arm did not behave as it expects; inconclusive when that is unclear for an arm. */
export function outcomeOfComparison({ rows }: Comparison): Outcome {
  const results = rows.flatMap(({ changes, findings }) => [
    ...changes.flatMap(({ result }) => result ?? []),
    ...findings.map(({ result }) => result),
  ]);
  if (results.some((result) => result === 'not as expected' || result === 'refuted')) return 'refuted';
  const unclear = results.some((result) => result === 'unclear' || result === 'inconclusive');
  return unclear || rows.some(({ troubles }) => troubles.length > 0) ? 'inconclusive' : 'held';
}

/** Inconclusive when any point is. A sweep makes no claims that could be refuted. */
export function outcomeOfSweep({ points }: Sweep): Outcome {
  return points.some(({ troubles }) => troubles.length > 0) ? 'inconclusive' : 'held';
}
