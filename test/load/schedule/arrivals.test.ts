import fc from 'fast-check';
import {
  type ArrivalSchedule,
  constantArrivals,
  rampingArrivals,
} from '../../../lab/load/embedded/schedule/arrivals';

function starts(schedule: ArrivalSchedule): number[] {
  return Array.from({ length: schedule.count }, (_, n) => schedule.startOf(n));
}

const stage = fc.record({
  durationMs: fc.integer({ min: 0, max: 20_000 }),
  target: fc.integer({ min: 0, max: 50 }),
});
const ramp = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.array(stage, { minLength: 1, maxLength: 5 }));

/** The area under the rate up to `ms`, summed stage by stage, independently of the implementation. */
function areaUntil(startRate: number, stages: { durationMs: number; target: number }[], ms: number): number {
  let from = startRate;
  let left = ms;
  let area = 0;
  for (const { durationMs, target } of stages) {
    const x = Math.min(left, durationMs);
    const rateAtX = durationMs === 0 ? target : from + ((target - from) * x) / durationMs;
    area += ((from + rateAtX) / 2) * (x / 1000);
    left -= x;
    from = target;
  }
  return area;
}

describe('constant arrivals', () => {
  it('start at multiples of the period, the first at once and the last exactly at the end', () => {
    expect(starts(constantArrivals(4, 1000, 1000))).toEqual([0, 250, 500, 750, 1000]);
  });

  it('take their rate per time unit, so rates below one per second are possible', () => {
    expect(starts(constantArrivals(2, 5000, 6000))).toEqual([0, 2500, 5000]);
  });

  it('do not drift: after an hour at 7 per second the period is still the same number of whole nanoseconds', () => {
    const schedule = constantArrivals(7, 1000, 3_600_000);
    expect(schedule.startOf(25_000)).toBe((25_000 * 142_857_142) / 1e6);
  });

  it('never start before the previous one or after the end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1000, max: 5000 }),
        (rate, timeUnitMs, durationMs) => {
          const schedule = constantArrivals(rate, timeUnitMs, durationMs);
          const last = schedule.count - 1;
          expect(schedule.startOf(last)).toBeLessThanOrEqual(durationMs);
          expect(schedule.startOf(schedule.count)).toBeGreaterThan(durationMs);
          for (let n = 1; n <= Math.min(last, 100); n++) {
            expect(schedule.startOf(n)).toBeGreaterThan(schedule.startOf(n - 1));
          }
        },
      ),
    );
  });
});

describe('ramping arrivals', () => {
  it('start where the area under the rate reaches whole numbers, the last exactly at the end', () => {
    const stages = [
      { durationMs: 5000, target: 1 },
      { durationMs: 1000, target: 1 },
      { durationMs: 5000, target: 0 },
    ];
    const expected = [3162, 4472, 5500, 6527, 7837, 11_000];
    const actual = starts(rampingArrivals(0, 1000, stages));
    expect(actual).toHaveLength(expected.length);
    actual.forEach((ms, n) => expect(Math.abs(ms / expected[n]! - 1)).toBeLessThan(0.001));
  });

  it('jump at a stage without duration', () => {
    const stages = [
      { durationMs: 0, target: 10 },
      { durationMs: 500, target: 10 },
    ];
    expect(starts(rampingArrivals(0, 1000, stages))).toEqual([100, 200, 300, 400, 500]);
  });

  it('do not start if the rate is zero', () => {
    expect(rampingArrivals(0, 1000, [{ durationMs: 1000, target: 0 }]).count).toBe(0);
  });

  it('are as many as the whole part of the area', () => {
    fc.assert(
      fc.property(ramp, ([startRate, stages]) => {
        const area = areaUntil(startRate, stages, Infinity);
        const { count } = rampingArrivals(startRate, 1000, stages);
        expect(count).toBeGreaterThanOrEqual(Math.floor(area - 1e-6));
        expect(count).toBeLessThanOrEqual(Math.floor(area + 1e-6));
      }),
    );
  });

  it('start in order, each when the area reaches its number, whatever order they are requested in', () => {
    fc.assert(
      fc.property(ramp, ([startRate, stages]) => {
        const schedule = rampingArrivals(startRate, 1000, stages);
        const inOrder = starts(schedule);
        inOrder.forEach((ms, n) => {
          expect(Math.abs(areaUntil(startRate, stages, ms) - (n + 1))).toBeLessThan(1e-3);
          expect(ms).toBeGreaterThanOrEqual(inOrder[n - 1] ?? 0);
        });
        const backwards = inOrder.map((_, n) => schedule.startOf(inOrder.length - 1 - n)).reverse();
        expect(backwards).toEqual(inOrder);
      }),
    );
  });
});
