import type { VUStep } from './vu-steps';

/**
 * The largest number of VUs that all scenarios need at the same time: the number to create before the start.
 * Scenarios that do not overlap share VUs. At the same time, VUs are taken before others are given back.
 */
export function peakVUs(plans: { startMs: number; steps: VUStep[] }[]): number {
  const changes = plans.flatMap(({ startMs, steps }) =>
    steps.map((step, index) => ({
      atMs: startMs + step.atMs,
      change: step.vus - (steps[index - 1]?.vus ?? 0),
    })),
  );
  changes.sort((a, b) => a.atMs - b.atMs || b.change - a.change);
  let vus = 0;
  return changes.reduce((peak, { change }) => Math.max(peak, (vus += change)), 0);
}
