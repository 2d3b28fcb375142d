import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { experimentNames } from '../../lab/run/catalogue';
import { drawRun } from '../../lab/run/mystery/draw';
import type { Comparison } from '../../lab/verdict/comparison/comparison';
import type { Estimate } from '../../lab/verdict/comparison/interval';
import type { Sweep } from '../../lab/verdict/sweep/sweep';
import type { Result } from '../support/collected';
import { onceMoreIf } from '../support/once-more';
import { causeOf, type JudgedRun, lab, recordings, unseen } from './lab';

type Swept = Sweep & { recording: string };
type Compared = Comparison & { recording: string };

const SETTING = 'backend.defences.slowConcurrency';

/** Its requests wait and compute nothing, so several labs can run side by side. */
describe('io-stress as a comparison, a sweep and a mystery, run by two labs in parallel', () => {
  const out = recordings();
  const mysteries = join(out, 'mysteries');
  const sweepFolder = join(out, 'sweep');
  let first: Compared;
  let second: Compared & { said: string };
  let comparisonFolder: string;
  let swept: Swept;
  let mystery: Result;

  beforeAll(async () => {
    let attempts = 0;
    const comparison = async (): Promise<void> => {
      comparisonFolder = join(out, `comparison-${++attempts}`);
      first = await compared(comparisonFolder, 'double-cpu');
      second = await compared(comparisonFolder, 'side-by-side');
    };
    const other = async (): Promise<void> => {
      swept = await sweep(sweepFolder);
      mystery = await onceMoreIf(
        ({ code }) => code === 3,
        () => mysteryOf('io-stress', mysteries),
      );
    };
    // Answers come in waves. If a wave falls into another second in one of two single runs, the effect stays
    // unclear.
    const isUnclear = () =>
      second.rows.some(({ changes }) => changes.some(({ result }) => result === 'unclear'));
    await Promise.all([onceMoreIf(isUnclear, comparison), other()]);
  });

  it('two labs do not disturb each other: each confirms every claim, and the diagnosis is slow I/O only', async () => {
    const verdict = await judgedAgain(join(comparisonFolder, 'default.jsonl'));
    expect(unseen(verdict)).toEqual([]);
    expect(verdict.outcome).toBe('held');
    expect(causeOf(verdict)).toBe('slow I/O only');
    const beside = await judgedAgain(join(sweepFolder, `${SETTING}=1.jsonl`));
    expect(unseen(beside).filter((claim) => !claim.startsWith('more-cpu-changes-nothing '))).toEqual([]);
    expect(causeOf(beside)).toBe('slow I/O only');
  });

  it('a comparison shows what helps and what does not, can be continued, and can be reported from its recordings', async () => {
    expect(readdirSync(comparisonFolder)).toEqual(
      expect.arrayContaining(['default.jsonl', 'double-cpu.jsonl']),
    );
    expect(first.rows.map(({ arm, changes }) => [arm, ...changes.map(({ result }) => result)])).toEqual([
      ['default'],
      ['double-cpu', 'as expected'],
    ]);
    expect(second.said).toContain('run 1 of 1: side-by-side');
    expect(second.rows.map(({ arm }) => arm)).toEqual(['default', 'double-cpu', 'side-by-side']);
    expect(second.rows[2]?.changes).toMatchObject([{ effect: 'helps', result: 'as expected' }]);

    const again = await lab(['report', comparisonFolder, '-o', 'json']);
    expect({ ...JSON.parse(again.stdout), said: second.said }).toEqual(second);
  });

  it('a sweep shows the effect of raising a setting, and can be reported from its recordings', async () => {
    expect(readdirSync(sweepFolder)).toEqual(
      expect.arrayContaining([`${SETTING}=1.jsonl`, `${SETTING}=8.jsonl`]),
    );
    const [inTurn, together] = swept.points.map(({ served }) => served[0]!.goodput) as [Estimate, Estimate];
    // Eight parallel waits of a second take one second, not five and a half on average.
    expect(together.low).toBeGreaterThan(inTurn.high);

    const again = await lab(['report', sweepFolder, '-o', 'json']);
    expect(JSON.parse(again.stdout)).toEqual(swept);
  });

  it('a mystery hides its name in the terminal and the path, and its signals are enough to solve it', () => {
    const { code, stdout, stderr } = mystery;
    expect(code).toBe(0);
    expect(stderr).not.toContain('io-stress');
    expect(stdout.slice(0, stdout.indexOf('Your answer'))).not.toContain('io-stress');
    expect(stdout).toContain('io-stress: Slow I/O is only slow');
    const names = readdirSync(mysteries);
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !/-mystery-[0-9a-f]{8}$/.test(name))).toEqual([]);
  });
});

async function compared(folder: string, arms: string): Promise<Compared & { said: string }> {
  const args = ['compare', 'io-stress', '--into', folder, '-o', 'json', '--arms', arms];
  const { stdout, stderr } = await lab(args);
  return { ...(JSON.parse(stdout) as Compared), said: stderr };
}

async function sweep(folder: string): Promise<Swept> {
  const over = ['--over', `${SETTING}=1,8`, '--into', folder];
  return JSON.parse((await lab(['sweep', 'io-stress', ...over, '-o', 'json'])).stdout) as Swept;
}

function mysteryOf(name: string, out: string): Promise<Result> {
  const seeds = Array.from({ length: 1000 }, (_, seed) => seed);
  const seed = seeds.find((candidate) => drawRun(candidate, experimentNames()).name === name)!;
  return lab(['mystery', '--seed', String(seed), '--answer', 'slow I/O only', '--out', out]);
}

/** The verdict on one recording of a series, judged with the other arms in its folder. */
async function judgedAgain(recording: string): Promise<JudgedRun> {
  const [verdict] = JSON.parse((await lab(['report', recording, '-o', 'json'])).stdout) as [JudgedRun];
  return verdict;
}
