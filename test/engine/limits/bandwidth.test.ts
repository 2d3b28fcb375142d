import fc from 'fast-check';
import { Bandwidth } from '../../../lab/engine/local/limits/emulation/bandwidth';

const PERIOD = 100;

/**
 * Simulates a process that wants `demand` cores, checked every `step` ms, and returns the CPU ms that it
 * received.
 */
function simulate(bandwidth: Bandwidth, { demand, step, from, until }: Record<string, number>): number {
  let used = 0;
  for (let now = from! + step!; now <= until!; now += step!) {
    const slice = bandwidth.throttled ? 0 : demand! * step!;
    used += slice;
    bandwidth.advance(now, slice);
  }
  return used;
}

describe('the bandwidth of a cage', () => {
  test('gives a process that wants more than its quota exactly the quota, and throttles it in every period', () => {
    const bandwidth = new Bandwidth(50, PERIOD, 0);
    expect(simulate(bandwidth, { demand: 1, step: 1, from: 0, until: 1000 })).toBe(500);
    expect(bandwidth.periods).toBe(10);
    expect(bandwidth.throttledPeriods).toBe(10);
    expect(bandwidth.throttledMs).toBeCloseTo(500, -1);
  });

  test('never throttles a process that wants less than its quota', () => {
    const bandwidth = new Bandwidth(50, PERIOD, 0);
    expect(simulate(bandwidth, { demand: 0.4, step: 1, from: 0, until: 1000 })).toBeCloseTo(400);
    expect(bandwidth.throttledPeriods).toBe(0);
    expect(bandwidth.throttledMs).toBe(0);
  });

  test('does not carry unused time over to the next period', () => {
    const bandwidth = new Bandwidth(50, PERIOD, 0);
    simulate(bandwidth, { demand: 0, step: 10, from: 0, until: 1000 });
    expect(bandwidth.periods).toBe(0);
    expect(simulate(bandwidth, { demand: 1, step: 1, from: 1000, until: 1100 })).toBe(50);
  });

  test('charges an overrun to later periods: 230 ms with a quota of 50 ms block four more periods', () => {
    const bandwidth = new Bandwidth(50, PERIOD, 0);
    bandwidth.advance(99, 230);
    const throttledAt = [199, 299, 399, 499].map((now) => {
      bandwidth.advance(now, 0);
      return bandwidth.throttled;
    });
    expect(throttledAt).toEqual([true, true, true, false]);
  });

  test('requests the next check before the budget can run out', () => {
    const bandwidth = new Bandwidth(50, PERIOD, 0);
    expect(bandwidth.nextLook(1)).toBe(50);
    expect(bandwidth.nextLook(2)).toBe(25);
    bandwidth.advance(40, 40);
    expect(bandwidth.nextLook(1)).toBe(50);
    bandwidth.advance(50, 10);
    expect(bandwidth.nextLook(1)).toBe(100);
  });

  test('never grants more than the quota and one overrun, for any demand and any checks', () => {
    const looks = fc.array(
      fc.record({ wait: fc.integer({ min: 1, max: 60 }), cores: fc.double({ min: 0, max: 4, noNaN: true }) }),
      {
        minLength: 1,
        maxLength: 300,
      },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), looks, (quota, steps) => {
        const bandwidth = new Bandwidth(quota, PERIOD, 0);
        let [now, used, largest] = [0, 0, 0];
        for (const { wait, cores } of steps) {
          const slice = bandwidth.throttled ? 0 : wait * cores;
          now += wait;
          used += slice;
          largest = Math.max(largest, slice);
          bandwidth.advance(now, slice);
        }
        expect(used).toBeLessThanOrEqual(quota * (Math.floor(now / PERIOD) + 1) + largest + 1e-6);
        expect(bandwidth.throttledPeriods).toBeLessThanOrEqual(bandwidth.periods + 1);
        expect(bandwidth.throttledMs).toBeLessThanOrEqual(now);
      }),
    );
  });
});
