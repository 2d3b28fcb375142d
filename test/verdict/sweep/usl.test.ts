import fc from 'fast-check';
import { fitUsl, uslAt, uslPeak, type Usl, worstMiss } from '../../../lab/verdict/sweep/usl';

const law: fc.Arbitrary<Usl> = fc.record({
  lambda: fc.double({ min: 1, max: 1000, noNaN: true }),
  sigma: fc.double({ min: 0, max: 0.9, noNaN: true }),
  kappa: fc.double({ min: 0, max: 0.2, noNaN: true }),
});
const COUNTS = [1, 2, 3, 4, 6, 8, 12];
const measured = (usl: Usl, noise = (_: number) => 1) =>
  COUNTS.map((n) => ({ n, x: uslAt(usl, n) * noise(n) }));

test('the fit recovers a law from its own points', () => {
  fc.assert(
    fc.property(law, (usl) => {
      const fitted = fitUsl(measured(usl))!;
      for (const n of COUNTS) expect(uslAt(fitted, n) / uslAt(usl, n)).toBeCloseTo(1, 4);
    }),
  );
});

test('the fit stays within 10 % of the law under 5 % noise, and never has a negative coefficient', () => {
  fc.assert(
    fc.property(
      law,
      fc.array(fc.double({ min: 0.95, max: 1.05, noNaN: true }), { minLength: 7, maxLength: 7 }),
      (usl, noise) => {
        const fitted = fitUsl(measured(usl, (n) => noise[COUNTS.indexOf(n)]!))!;
        expect(Math.min(fitted.lambda, fitted.sigma, fitted.kappa)).toBeGreaterThanOrEqual(0);
        for (const n of COUNTS) expect(Math.abs(uslAt(fitted, n) / uslAt(usl, n) - 1)).toBeLessThan(0.1);
      },
    ),
  );
});

test('no neighbour of the peak has a higher value', () => {
  fc.assert(
    fc.property(law, (usl) => {
      const peak = uslPeak(usl);
      if (peak === undefined) expect(usl.kappa).toBeLessThan(1e-6);
      else {
        const most = uslAt(usl, peak);
        for (const n of [peak * 0.9, peak * 1.1].filter((n) => n >= 1)) {
          expect(uslAt(usl, n)).toBeLessThanOrEqual(most * (1 + 1e-9));
        }
      }
    }),
  );
});

test('fewer than three points give no curve', () => {
  expect(
    fitUsl([
      { n: 1, x: 10 },
      { n: 2, x: 19 },
    ]),
  ).toBeUndefined();
  expect(
    fitUsl([
      { n: 1, x: 10 },
      { n: 2, x: 0 },
      { n: 3, x: 0 },
    ]),
  ).toBeUndefined();
});

test('the worst miss is the largest distance, also from a point without throughput', () => {
  const usl = { lambda: 10, sigma: 0, kappa: 0 };
  const points = [
    { n: 1, x: 10 },
    { n: 2, x: 20 },
    { n: 3, x: 0 },
  ];
  expect(worstMiss(usl, points)).toEqual({ n: 3, share: 1.5 });
});
