import fc from 'fast-check';
import { cliffOf, kneeOf, type CurvePoint } from '../../../lab/verdict/sweep/shape';

const curve = (...ys: number[]): CurvePoint[] => ys.map((y, index) => ({ x: index + 1, y }));

test('the knee is where a rising curve stops rising', () => {
  expect(kneeOf(curve(10, 20, 30, 31, 31))).toEqual({ x: 3, y: 30 });
  expect(kneeOf(curve(0, 50, 50))).toEqual({ x: 2, y: 50 });
});

test('a curve that is flat from the start or rises to the end has no knee', () => {
  expect(kneeOf(curve(30, 31, 30))).toBeUndefined();
  expect(kneeOf(curve(10, 20, 30))).toBeUndefined();
  expect(kneeOf(curve(10))).toBeUndefined();
  expect(kneeOf([])).toBeUndefined();
});

test('the cliff is the largest fall if it is at least a quarter of the best value', () => {
  expect(cliffOf(curve(100, 90, 40, 30))).toEqual({ from: { x: 2, y: 90 }, to: { x: 3, y: 40 } });
  expect(cliffOf(curve(100, 90, 80, 70))).toBeUndefined();
  expect(cliffOf(curve(0, 0))).toBeUndefined();
});

test('a curve that never falls has no cliff, whatever its shape', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { maxLength: 12 }), (ys) => {
      expect(cliffOf(curve(...ys.sort((a, b) => a - b)))).toBeUndefined();
    }),
  );
});

test('knee and cliff do not depend on the unit of measurement', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 12 }), (ys) => {
      const scaled = curve(...ys.map((y) => y * 64));
      expect(kneeOf(scaled)?.x).toBe(kneeOf(curve(...ys))?.x);
      expect(cliffOf(scaled)?.to.x).toBe(cliffOf(curve(...ys))?.to.x);
    }),
  );
});
