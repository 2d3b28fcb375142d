import fc from 'fast-check';
import { peakVUs } from '../../../lab/load/embedded/schedule/plan';
import {
  gracefulSteps,
  type RampingVUs,
  rawSteps,
  type VUStep,
} from '../../../lab/load/embedded/schedule/vu-steps';

/** Stages from pairs of [target, seconds]. */
function stages(...list: [number, number][]) {
  return list.map(([target, seconds]) => ({ target, durationMs: seconds * 1000 }));
}

/** Steps as pairs of [seconds, VUs]. */
function readable(steps: VUStep[]): [number, number][] {
  return steps.map(({ atMs, vus }) => [atMs / 1000, vus]);
}

function valueAt(steps: VUStep[], ms: number): number {
  return steps.findLast((step) => step.atMs <= ms)?.vus ?? 0;
}

/** The worked example in the documentation of k6's executor. */
const EXAMPLE: RampingVUs = {
  startVUs: 4,
  stages: stages([6, 2], [1, 5], [5, 4], [1, 4], [4, 3], [4, 2], [1, 0], [1, 3]),
  gracefulRampDownMs: 30_000,
  gracefulStopMs: 30_000,
};

const ramps = fc.record({
  startVUs: fc.integer({ min: 0, max: 8 }),
  stages: fc.array(
    fc.record({
      durationMs: fc.integer({ min: 0, max: 10 }).map((s) => s * 1000),
      target: fc.integer({ min: 0, max: 8 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  gracefulRampDownMs: fc.integer({ min: 0, max: 20 }).map((s) => s * 1000 + 1),
  gracefulStopMs: fc.integer({ min: 0, max: 20 }).map((s) => s * 1000 + 1),
});

describe('raw steps', () => {
  it('change whenever the ramp reaches a whole number, up or down, and end at 0', () => {
    const expected = [
      ...[4, 5, 6, 5, 4, 3, 2, 1, 2, 3, 4, 5, 4, 3, 2, 1, 2, 3, 4].map((vus, second) => [second, vus]),
      [20, 1],
      [23, 0],
    ];
    expect(readable(rawSteps(EXAMPLE))).toEqual(expected);
  });

  it('never exceed the larger end of their stage, and reach each target at the end of its stage', () => {
    fc.assert(
      fc.property(ramps, (ramp) => {
        const steps = rawSteps(ramp);
        const largest = Math.max(ramp.startVUs, ...ramp.stages.map((stage) => stage.target));
        expect(Math.max(...steps.map((step) => step.vus))).toBeLessThanOrEqual(largest);
        let endMs = 0;
        ramp.stages.slice(0, -1).forEach((stage, index) => {
          endMs += stage.durationMs;
          if (ramp.stages[index + 1]!.durationMs > 0) expect(valueAt(steps, endMs)).toBe(stage.target);
        });
        expect(steps.at(-1)!.vus).toBe(0);
      }),
    );
  });
});

describe('graceful steps', () => {
  it('keep ramped-down VUs for gracefulRampDown, and the last ones for gracefulStop', () => {
    const expected = [
      [0, 4],
      [1, 5],
      [2, 6],
      [33, 5],
      [42, 4],
      [50, 1],
      [53, 0],
    ];
    expect(readable(gracefulSteps(EXAMPLE))).toEqual(expected);
  });

  it('do not drop if the ramp is up again exactly when gracefulRampDown ends', () => {
    const ramp = { startVUs: 3, stages: stages([1, 0], [1, 5], [3, 0], [3, 5]), gracefulStopMs: 1000 };
    expect(readable(gracefulSteps({ ...ramp, gracefulRampDownMs: 5000 }))).toEqual([
      [0, 3],
      [11, 0],
    ]);
  });

  it('end early if gracefulStop is shorter than gracefulRampDown', () => {
    const steps = gracefulSteps({ ...EXAMPLE, gracefulStopMs: 3000 });
    expect(readable(steps)).toEqual([
      [0, 4],
      [1, 5],
      [2, 6],
      [26, 0],
    ]);
  });

  it('equal the largest number of looping VUs within the last gracefulRampDown', () => {
    fc.assert(
      fc.property(ramps, fc.integer({ min: 0, max: 100_000 }), (ramp, ms) => {
        const raw = rawSteps(ramp);
        const endMs = ramp.stages.reduce((sum, stage) => sum + stage.durationMs, 0);
        const lastTarget = ramp.stages.at(-1)!.target;
        // After the last stage the ramp itself stays where it is; only gracefulStop ends it.
        const ramped = lastTarget === 0 ? raw : raw.slice(0, -1);
        const windowStart = ms - ramp.gracefulRampDownMs;
        const inWindow = ramped
          .filter((step) => step.atMs > windowStart && step.atMs <= ms)
          .map((step) => step.vus);
        const expected = Math.max(valueAt(ramped, windowStart), ...inWindow, 0);
        expect(valueAt(gracefulSteps(ramp), ms)).toBe(ms < endMs + ramp.gracefulStopMs ? expected : 0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('planned VUs', () => {
  const tenSeconds = (vus: number) => [
    { atMs: 0, vus },
    { atMs: 10_000, vus: 0 },
  ];

  it('are shared by scenarios that do not overlap', () => {
    const plans = [
      { startMs: 0, steps: tenSeconds(5) },
      { startMs: 20_000, steps: tenSeconds(3) },
    ];
    expect(peakVUs(plans)).toBe(5);
  });

  it('add up while scenarios overlap', () => {
    const plans = [
      { startMs: 0, steps: tenSeconds(5) },
      { startMs: 5000, steps: tenSeconds(3) },
    ];
    expect(peakVUs(plans)).toBe(8);
  });
});
