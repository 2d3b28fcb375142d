import { resolve } from 'node:path';
import type { LoadRunner } from '../../../lab/model/load-runner';
import { requires } from '../../support/requirements';
import { builtRunners, record, Scripts } from '../support/runners';

jest.setTimeout(60_000);

const SEED = resolve(__dirname, '../../../loadtests/shared/seed.ts');
const scripts = new Scripts();
let runners: Record<'embedded' | 'k6', LoadRunner>;

beforeAll(async () => {
  runners = await builtRunners();
}, 120_000);
afterAll(() => scripts.remove());

/** The numbers that each iteration drew, in any VU, sorted by iteration. */
async function drawn(runner: LoadRunner, seed?: string): Promise<string[]> {
  const script = scripts.write(`
    import exec from 'k6/execution';
    import { seeded } from '${SEED}';
    export const options = { scenarios: { main: { executor: 'shared-iterations', vus: 7, iterations: 60 } } };
    export default function () {
      seeded();
      console.log('draw ' + String(exec.scenario.iterationInTest).padStart(3, '0') + ' ' + Math.random() + ' ' + Math.random());
    }`);
  const { logs } = await record(runner, { script, env: seed === undefined ? {} : { LAB_SEED: seed } });
  return logs.flatMap((line) => /draw \d+ [\d.e-]+ [\d.e-]+/.exec(line)?.[0] ?? []).sort();
}

test('with a seed, the n-th iteration draws the same numbers in every run, and another seed gives different ones', async () => {
  const [first, again, other] = [
    await drawn(runners.embedded, '7'),
    await drawn(runners.embedded, '7'),
    await drawn(runners.embedded, '8'),
  ];
  expect(first).toHaveLength(60);
  expect(new Set(first.map((line) => line.slice(9))).size).toBe(60);
  expect(again).toEqual(first);
  expect(first.filter((line) => other.includes(line))).toEqual([]);
});

test('without a seed, two runs draw different numbers', async () => {
  const [first, other] = [await drawn(runners.embedded), await drawn(runners.embedded)];
  expect(first).toHaveLength(60);
  expect(first.filter((line) => other.includes(line))).toEqual([]);
});

requires('k6')('the k6 binary', () => {
  test('also repeats its numbers with the same seed', async () => {
    const first = await drawn(runners.k6, '7');
    expect(first).toHaveLength(60);
    expect(await drawn(runners.k6, '7')).toEqual(first);
  });
});
