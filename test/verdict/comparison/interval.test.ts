import fc from 'fast-check';
import { seededRandom } from '../../../lab/support/random';
import { effectOf, isMore } from '../../../lab/verdict/comparison/effect';
import { difference, estimate, type Estimate } from '../../../lab/verdict/comparison/interval';

const counts = fc.array(fc.nat(100), { minLength: 1, maxLength: 40 });
const runs = fc.array(counts, { minLength: 1, maxLength: 4 });
const few = { numRuns: 25 };

describe('an estimate', () => {
  test('lies within its interval, and is always the same for the same evidence', () => {
    fc.assert(
      fc.property(runs, fc.integer({ min: 1, max: 40 }), (all, seconds) => {
        const { value, low, high } = estimate(all, seconds);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
        expect(estimate(all, seconds)).toEqual({ value, low, high });
      }),
      few,
    );
  });

  test('has an interval without width for constant values', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.integer({ min: 1, max: 40 }), (count, seconds) => {
        const steady = Array.from({ length: seconds }, () => count);
        expect(estimate([steady, steady], seconds)).toEqual({ value: count, low: count, high: count });
      }),
      few,
    );
  });

  test('has an interval for a ramp as narrow as its steps, not as wide as the ramp', () => {
    const ramp = Array.from({ length: 40 }, (_, second) => second);
    const { low, high } = estimate([ramp], 40);
    expect(high - low).toBeLessThan(2.5);
  });

  test('has a wider interval when repeats differ', () => {
    const steady = (count: number) => Array.from({ length: 30 }, () => count);
    const { low, high } = estimate([steady(10), steady(20), steady(30)], 30);
    expect(high - low).toBeGreaterThan(5);
  });

  test('includes the true rate in about 95 of 100 synthetic runs', () => {
    const madeUp = (seed: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 60 }, () => Math.floor(random() * 21));
    };
    const hits = Array.from({ length: 100 }, (_, seed) => estimate([madeUp(seed)], 60)).filter(
      ({ low, high }) => low <= 10 && high >= 10,
    );
    expect(hits.length).toBeGreaterThanOrEqual(90);
    expect(hits.length).toBeLessThan(100);
  });
});

describe('a difference', () => {
  test('equals the difference of the rates, and changes its sign with the order', () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const forth = difference([a], [b], 10);
        expect(forth.value).toBeCloseTo(estimate([a], 10).value - estimate([b], 10).value, 9);
        expect(difference([b], [a], 10).value).toBeCloseTo(-forth.value, 9);
      }),
      few,
    );
  });

  test('between identical seconds is certain, however much they vary', () => {
    fc.assert(
      fc.property(runs, (all) => {
        const { value, low, high } = difference(all, all, 10);
        expect([value, low, high].map(Math.abs)).toEqual([0, 0, 0]);
      }),
      few,
    );
  });
});

describe('an effect', () => {
  const certain = (value: number): Estimate => ({ value, low: value, high: value });

  test('helps or harms from a change of 10 % of the larger rate; below that there is no change', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 }), (before, after) => {
        const effect = effectOf(certain(after - before), before, after);
        if (isMore(after, before)) expect(effect).toBe('helps');
        else if (isMore(before, after)) expect(effect).toBe('harms');
        else expect(effect).toBe('no change');
      }),
    );
  });

  test('is unclear if the interval includes zero or may hide a change of 25 %', () => {
    expect(effectOf({ value: 3, low: -1, high: 7 }, 10, 13)).toBe('unclear');
    expect(effectOf({ value: 0.5, low: -4, high: 5 }, 10, 10.5)).toBe('unclear');
    expect(effectOf({ value: 0.5, low: -1, high: 2 }, 10, 10.5)).toBe('no change');
  });

  test('is "no change" if nothing was good before or after', () => {
    expect(effectOf(certain(0), 0, 0)).toBe('no change');
    // Ten requests per second are offered; 0.1 and 0.2 of them are both almost nothing.
    expect(effectOf({ value: 0.1, low: -0.2, high: 0.4 }, 0.1, 0.2, 10)).toBe('no change');
    expect(effectOf(certain(0.1), 0.1, 0.2, 10)).toBe('no change');
    expect(effectOf(certain(0.3), 0.1, 0.4, 10)).toBe('no change');
    expect(effectOf(certain(2.9), 0.1, 3, 10)).toBe('helps');
  });
});

test('the interval of a rate never goes below zero, however few answers were good', () => {
  const rare = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(fc.array(rare, { minLength: 1, maxLength: 3 }), (all) => {
      const { value, low, high } = estimate(all, 20);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
    }),
    { numRuns: 30 },
  );
  const atTheStart = [[30, 20, 4, ...Array.from({ length: 15 }, () => 0)]];
  expect(estimate(atTheStart, 18).low).toBe(0);
});
