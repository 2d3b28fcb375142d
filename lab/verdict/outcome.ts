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
