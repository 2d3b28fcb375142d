import { randomSeed } from 'k6';
import exec from 'k6/execution';

declare const __ENV: Record<string, string>;

/** A prime, so that runs with neighbouring seeds share no iteration's numbers. */
const STRIDE = 1_000_003;

/**
 * Call this first in an iteration that draws numbers. With a seed, the n-th iteration of a scenario draws the
 * same numbers in every run, whichever virtual user runs it. Without one (LAB_SEED unset), k6 draws its own.
 */
export function seeded(): void {
  if (__ENV.LAB_SEED) randomSeed(Number(__ENV.LAB_SEED) * STRIDE + exec.scenario.iterationInTest);
}
