import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Experiment } from '../../lab/model/experiment';
import { armProps, type OneRun, type RunOptions } from '../../lab/run/record';
import { recordSeries, type RunSeries } from '../../lab/run/series';
import { withoutSecrets } from '../../lab/run/settings';
import { readTrial } from '../../lab/run/trials';
import { eventsOf, type Second } from '../verdict/synthetic';

const experiment: Experiment = {
  title: 'synthetic',
  seconds: { full: 10, compressed: 10 },
  roles: { aggressor: { scenario: 'load', label: 'the load' } },
  pressure: { signal: 'request_rate', is: '>', threshold: 0 },
  claims: [],
  arms: { other: { title: 'other', props: { backend: { replicas: 2 } } } },
};

let folder: string;
let ran: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-series-'));
  ran = [];
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  jest.restoreAllMocks();
});

const options = (changes: Partial<RunOptions> = {}): RunOptions => ({
  length: 'compressed',
  props: {},
  set: [],
  out: folder,
  load: 'embedded',
  signal: new AbortController().signal,
  ...changes,
});

const series = (repeats: number, arms = ['default', 'other'], name = 'synthetic'): RunSeries => ({
  id: 'id',
  folder,
  name,
  experiment,
  items: arms.map((arm) => ({ name: arm, arm, set: [], part: { of: 'comparison' } })),
  repeats,
});

/** Writes the recording of a run; `second` describes each of its seconds. */
const fake =
  (second: (attempt: number) => Second) =>
  async ({ file, arm, part, name, experiment: definition }: OneRun, given: RunOptions): Promise<void> => {
    ran.push(`${arm} ${part?.repeat}`);
    const [first, ...rest] = eventsOf(Array.from({ length: 10 }, () => second(part?.attempt ?? 1)));
    const props = withoutSecrets(armProps(definition, arm, given));
    const run = {
      ...first,
      experiment: name,
      arm,
      part,
      props,
      load: { runner: 'embedded', seed: given.seed },
    };
    mkdirSync(dirname(file), { recursive: true });
    for (const event of [run, ...rest]) appendFileSync(file, `${JSON.stringify(event)}\n`);
  };
const quiet = fake(() => ({ ok: 10 }));

test('arms alternate between repeats, and each repeat has its own seed for all arms', async () => {
  await recordSeries(series(2), options({ seed: 7 }), quiet);
  expect(ran).toEqual(['default 1', 'other 1', 'other 2', 'default 2']);
  const seeds = ['default', 'other', 'default.2', 'other.2'].map(
    (name) => readTrial(join(folder, `${name}.jsonl`)).run.load.seed,
  );
  expect(seeds).toEqual([7, 7, 8, 8]);
});

test('a complete recording is not repeated, and its seed is reused', async () => {
  await recordSeries(series(1, ['default']), options({ seed: 7 }), quiet);
  await recordSeries(series(2), options(), quiet);
  expect(ran).toEqual(['default 1', 'other 1', 'other 2', 'default 2']);
  expect(readTrial(join(folder, 'other.2.jsonl')).run.load.seed).toBe(8);
});

test('a damaged recording is named and set aside, and its run alone is done again', async () => {
  await recordSeries(series(2), options({ seed: 7 }), quiet);
  ran = [];
  const damaged = join(folder, 'other.jsonl');
  writeFileSync(damaged, 'nonsense\n');
  await recordSeries(series(2), options(), quiet);
  expect(ran).toEqual(['other 1']);
  expect(readTrial(damaged).run.load.seed).toBe(7);
  expect(readdirSync(folder)).toContain('other.jsonl.1.set-aside');
  const said = jest.mocked(console.error).mock.calls.join('\n');
  expect(said).toContain(`${damaged}:1 is not an event of a recording`);
  expect(said).toContain(`it is kept as ${damaged}.1.set-aside`);
});

test('a run limited by the machine is set aside and repeated', async () => {
  const once = fake((attempt) => ({ ok: 10, busy: attempt === 1 ? 1 : 0.5 }));
  await recordSeries(series(1, ['default']), options(), once);
  expect(ran).toEqual(['default 1', 'default 1']);
  expect(readdirSync(folder).sort()).toEqual(['default.jsonl', 'default.jsonl.1.set-aside']);
  expect(readTrial(join(folder, 'default.jsonl')).run.part).toMatchObject({ attempt: 2 });
});

test('a run limited by the machine is repeated only once', async () => {
  await recordSeries(
    series(1, ['default']),
    options(),
    fake(() => ({ ok: 10, busy: 1 })),
  );
  expect(ran).toHaveLength(2);
});

test.each([
  ['another seed', series(1), options({ seed: 9 }), 'has the seed 7'],
  ['other settings', series(1), options({ set: ['backend.dbPoolSize=9'] }), 'has other settings'],
  [
    'another experiment',
    { ...series(1), name: 'cpu-stress' },
    options(),
    'is of synthetic, not of cpu-stress',
  ],
  ['full length', series(1), options({ length: 'full' }), 'is of compressed length'],
  [
    'an experiment that is now shorter',
    { ...series(1), experiment: { ...experiment, seconds: { full: 10, compressed: 5 } } },
    options(),
    'lasted 10 s, not 5 s',
  ],
])('a folder is not continued with %s', async (_, other, given, why) => {
  await recordSeries(series(1, ['default']), options({ seed: 7 }), quiet);
  await expect(recordSeries({ ...other, folder }, given, quiet)).rejects.toThrow(why);
  expect(ran).toEqual(['default 1']);
});
