import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseProps } from '../../../constructs';
import { propsOf } from '../../../lab/run/settings';
import { readTrial } from '../../../lab/run/trials';
import { CAUSES } from '../../../lab/verdict/causes';
import { ENOUGH } from '../../../lab/verdict/advice/advice';
import { diagnose } from '../../../lab/verdict/diagnosis';
import { eventsOf, type Second } from '../../verdict/synthetic';
import { recordingOf } from '../matrix';
import { advised, armFile, armsOf, AS_IT_IS, recordedArms, TRIED_RUNS } from './arms';
import { results } from './results';
import { adviceReport } from './table';
import { UNTRIED } from './tried';

const tried = TRIED_RUNS.map(({ cause, run }) => ({ cause, run, arms: armsOf(run) }));
const arms = tried.flatMap(({ run, arms: own }) => own.map((arm) => ({ run, arm })));

const piece = (cause: string, says: string): string => `${cause}: ${says}`;

test.each(TRIED_RUNS)('$run.name, with which advice is tried, has no cause but $cause', ({ cause, run }) => {
  expect(diagnose(readTrial(recordingOf(run))).causes).toEqual([cause]);
});

test('a run on which it is tried gets every piece of advice that has settings, or a reason says why not', () => {
  const all = CAUSES.flatMap(({ name, tryNext }) =>
    tryNext.filter(({ set, enough }) => set ?? enough).map(({ says }) => piece(name, says)),
  );
  const given = new Set(
    tried.flatMap(({ cause, arms: own }) =>
      own.map(({ says }) => piece(cause, says.endsWith(ENOUGH) ? says.slice(0, -ENOUGH.length) : says)),
    ),
  );
  const missing = [...new Set(all)].filter((one) => !given.has(one));
  expect(missing.sort()).toEqual(UNTRIED.map(({ cause, says }) => piece(cause, says)).sort());
});

test('a diagnosis gives no piece of advice twice', () => {
  for (const { arms: own } of tried) {
    const pieces = own.map(({ says, set }) => JSON.stringify([says, set]));
    expect(pieces).toEqual([...new Set(pieces)]);
  }
});

test.each(arms)('the settings of $run.name with $arm.name are valid', ({ run, arm }) => {
  expect(() => parseProps(propsOf([], advised(run, arm).set ?? []))).not.toThrow();
});

test('every piece of advice is recorded, with its run as it is', () => {
  const wanted = tried.flatMap(({ run, arms: own }) =>
    [AS_IT_IS, ...own.map(({ name }) => name)].map((arm) => `${run.name}.${arm}`),
  );
  const recorded = new Set(recordedArms().map(({ run, arm }) => `${run}.${arm}`));
  expect(wanted.filter((name) => !recorded.has(name))).toEqual([]);
});

test('every recording of advice belongs to a piece that is tried', () => {
  const known = new Set([
    ...TRIED_RUNS.map(({ run }) => `${run.name}.${AS_IT_IS}`),
    ...arms.map(({ run, arm }) => `${run.name}.${arm.name}`),
  ]);
  const recorded = recordedArms().map(({ run, arm }) => `${run}.${arm}`);
  expect(recorded.filter((name) => !known.has(name))).toEqual([]);
});

test('the table in docs/advice.md is up to date', () => {
  const page = readFileSync(resolve(__dirname, '../../../docs/advice.md'), 'utf8');
  expect(page).toContain(`<!-- advice -->\n\n${adviceReport(results())}\n\n<!-- /advice -->`);
});

describe('the result of recordings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-advice-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const { run, arm } = arms.find((one) => one.run.name === 'cpu-45-a-second')!;
  const HARMED: Second = { ok: 5, failed: { outcome: 'timeout', count: 5 } };
  const WELL: Second = { ok: 10 };

  function record(name: string, round: number, second: Second, set: string[] = []): void {
    const [first, ...events] = eventsOf(Array.from({ length: 10 }, () => second));
    const lines = [{ ...first, props: parseProps(propsOf([], set)) }, ...events];
    const text = lines.map((event) => `${JSON.stringify(event)}\n`).join('');
    writeFileSync(armFile(run, name, round, folder), gzipSync(text));
  }

  const withAdvice = advised(run, arm).set ?? [];

  beforeEach(() => {
    for (const round of [1, 2, 3]) {
      record(AS_IT_IS, round, HARMED);
      record(arm.name, round, round === 2 ? HARMED : WELL, withAdvice);
    }
  });

  it('is the median of its rounds, with what the diagnosis finds then', () => {
    const { says, set } = arm;
    expect(results(folder)).toEqual([
      {
        cause: 'cpu limit',
        run,
        advice: { says, set },
        effect: 'helped',
        found: ['healthy', 'cannot tell'],
        rounds: 3,
      },
    ]);
  });

  it('is a row of the table without figures', () => {
    const row = adviceReport(results(folder))
      .split('\n')
      .find((line) => line.includes(`\`${run.name}\``));
    expect(row).toMatch(/\| helped +\| healthy, cannot tell +\| 3 +\|$/);
  });

  it('is unknown if nobody was harmed without the advice', () => {
    for (const round of [1, 2, 3]) record(AS_IT_IS, round, WELL);
    expect(results(folder).map(({ effect }) => effect)).toEqual(['cannot tell']);
  });

  it('needs the settings that the advice has today', () => {
    record(arm.name, 1, WELL);
    expect(() => results(folder)).toThrow(
      /advice-1\.1\.jsonl\.gz was recorded with .* npm run advice:record/s,
    );
  });

  it('needs both recordings of a round', () => {
    rmSync(armFile(run, AS_IT_IS, 3, folder));
    expect(results(folder).map(({ rounds }) => rounds)).toEqual([2]);
  });
});

test('before anything is recorded, there is no result', () => {
  expect(results(join(tmpdir(), 'no-such-folder'))).toEqual([]);
  expect(adviceReport([])).toContain('Nothing has been recorded yet.');
});
