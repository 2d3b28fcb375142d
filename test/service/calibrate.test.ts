import fc from 'fast-check';
import { calibrate } from '../../service/workers/calibrate';
import { hash } from '../../service/workers/work';

/** A machine whose iterations cost `micros`, with a disturbance factor for each measurement. */
function machine(micros: number, disturbance: () => number) {
  let used = 0;
  return calibrate(
    (iterations) => (used += iterations * micros * disturbance()),
    () => used,
  );
}

test('finds the cost of an iteration on any machine', async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 0.001, max: 1000, noNaN: true }), async (micros) => {
      expect(await machine(micros, () => 1)).toBeCloseTo(micros, 5);
    }),
    { numRuns: 30 },
  );
});

test('stays within 10 % even if most rounds are disturbed', async () => {
  let round = 0;
  const measured = await machine(0.25, () => (round++ % 5 === 0 ? 1 + (round % 4) / 100 : 1.5));
  expect(measured / 0.25).toBeGreaterThan(0.9);
  expect(measured / 0.25).toBeLessThan(1.1);
});

test('uses less than a second of CPU', async () => {
  const before = process.cpuUsage();
  await calibrate((iterations) => void hash(iterations, 0));
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(1);
});

test('yields to the event loop between its rounds', async () => {
  let turns = 0;
  const counting = setInterval(() => turns++, 1);
  await calibrate((iterations) => void hash(iterations, 0));
  clearInterval(counting);
  expect(turns).toBeGreaterThan(5);
});
