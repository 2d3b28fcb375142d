import { randomSeed } from 'k6';
import exec from 'k6/execution';

declare const __ENV: Record<string, string>;

/** A prime, so that the seeds of neighbouring runs have no iteration's numbers in common. */
const STRIDE = 1_000_003;

/**
 * First call of an iteration that draws numbers: with a seed, the n-th iteration of a scenario draws the same numbers
 * in every run, whichever VU happens to run it. Without one (LAB_SEED unset) they are k6's own.
 */
export function seeded(): void {
  if (__ENV.LAB_SEED) randomSeed(Number(__ENV.LAB_SEED) * STRIDE + exec.scenario.iterationInTest);
}
