import { type Stage, totalMs } from './stages';

/** The number of VUs from `atMs` on, in ms since the scenario's start. */
export interface VUStep {
  atMs: number;
  vus: number;
}

export interface RampingVUs {
  startVUs: number;
  stages: Stage[];
  gracefulRampDownMs: number;
  gracefulStopMs: number;
}

type Ramp = Pick<RampingVUs, 'startVUs' | 'stages'>;

/**
 * The number of VUs that should loop at every time. It is 0 at the end of the last stage. It changes whenever
 * the linear ramp reaches a whole number, upwards or downwards.
 */
export function rawSteps(ramp: Ramp): VUStep[] {
  const steps = rampSteps(ramp);
  if (steps.at(-1)!.vus !== 0) steps.push({ atMs: totalMs(ramp.stages), vus: 0 });
  return steps;
}

/**
 * The number of VUs that may still run an iteration at every time. A VU that is ramped down may run on for
 * gracefulRampDown, a VU that is left at the end for gracefulStop. The number is the largest number of
 * looping VUs in the last gracefulRampDown, and 0 after gracefulStop.
 */
export function gracefulSteps(ramp: RampingVUs): VUStep[] {
  const endMs = totalMs(ramp.stages) + ramp.gracefulStopMs;
  const steps = slidingMaximum(rampSteps(ramp), ramp.gracefulRampDownMs).filter((step) => step.atMs < endMs);
  if (steps.at(-1)?.vus !== 0) steps.push({ atMs: endMs, vus: 0 });
  return steps;
}

function rampSteps({ startVUs, stages }: Ramp): VUStep[] {
  const steps: VUStep[] = [{ atMs: 0, vus: startVUs }];
  let from = startVUs;
  let endMs = 0;
  for (const { durationMs, target } of stages) {
    endMs += durationMs;
    const change = target - from;
    const direction = Math.sign(change);
    const first = durationMs === 0 ? target : from + direction;
    for (let vus = first; direction !== 0 && vus !== target + direction; vus += direction) {
      steps.push({ atMs: endMs - (durationMs * (target - vus)) / change, vus });
    }
    from = target;
  }
  return steps;
}

/** The largest value of `steps` within the last `windowMs`, again as steps. */
function slidingMaximum(steps: VUStep[], windowMs: number): VUStep[] {
  const result: VUStep[] = [];
  // Values that are the maximum now, or will be once the earlier ones have left the window.
  const candidates: { vus: number; endMs: number }[] = [];
  const expireBefore = (ms: number) => {
    while (candidates.length > 1 && candidates[0]!.endMs + windowMs < ms) {
      const atMs = candidates.shift()!.endMs + windowMs;
      result.push({ atMs, vus: candidates[0]!.vus });
    }
  };
  steps.forEach((step, index) => {
    expireBefore(step.atMs);
    const maximum = candidates[0]?.vus ?? -1;
    while (candidates.length > 0 && candidates.at(-1)!.vus <= step.vus) candidates.pop();
    candidates.push({ vus: step.vus, endMs: steps[index + 1]?.atMs ?? Infinity });
    if (step.vus > maximum) result.push(step);
  });
  expireBefore(Infinity);
  return result;
}
