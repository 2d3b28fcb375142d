import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison } from '../../lab/verdict/comparison/comparison';
import type { Estimate } from '../../lab/verdict/comparison/interval';
import type { Sweep } from '../../lab/verdict/sweep/sweep';
import { onceMoreIf } from '../support/once-more';
import { lab, recordings } from './lab';

type Swept = Sweep & { recording: string };
type Compared = Comparison & { recording: string };

describe('a comparison of arms', () => {
  const out = recordings();
  const compared = async (folder: string, arms: string): Promise<Compared & { said: string }> => {
    const args = ['compare', 'io-stress', '--into', folder, '-o', 'json', '--arms', arms];
    const { stdout, stderr } = await lab(args);
    return { ...(JSON.parse(stdout) as Compared), said: stderr };
  };

  it('shows what helps and what does not, and is continued and reported from its recordings', async () => {
    // Answers come in waves; where one falls into another second in one of two single runs, nothing can be said.
    let attempts = 0;
    const { first, second, folder } = await onceMoreIf(
      ({ second: { rows } }) =>
        rows.some(({ changes }) => changes.some(({ result }) => result === 'unclear')),
      async () => {
        const folder = join(out, `io-${++attempts}`);
        const first = await compared(folder, 'double-cpu');
        expect(readdirSync(folder)).toEqual(expect.arrayContaining(['default.jsonl', 'double-cpu.jsonl']));
        return { first, second: await compared(folder, 'side-by-side'), folder };
      },
    );
    expect(first.rows.map(({ arm, changes }) => [arm, ...changes.map(({ result }) => result)])).toEqual([
      ['default'],
      ['double-cpu', 'as expected'],
    ]);
    expect(second.said).toContain('run 1 of 1: side-by-side');
    expect(second.rows.map(({ arm }) => arm)).toEqual(['default', 'double-cpu', 'side-by-side']);
    expect(second.rows[2]?.changes).toMatchObject([{ effect: 'helps', result: 'as expected' }]);

    const again = await lab(['report', folder, '-o', 'json']);
    expect({ ...JSON.parse(again.stdout), said: second.said }).toEqual(second);
  });
});

describe('a sweep', () => {
  const out = recordings();
  const folder = join(out, 'io');

  it('draws what more of a setting brings, and is reported from its recordings', async () => {
    const setting = 'backend.defences.slowConcurrency';
    const result = await lab([
      'sweep',
      'io-stress',
      '--over',
      `${setting}=1,8`,
      '--into',
      folder,
      '-o',
      'json',
    ]);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining([`${setting}=1.jsonl`, `${setting}=8.jsonl`]));
    const swept = JSON.parse(result.stdout) as Swept;
    const [inTurn, together] = swept.points.map(({ served }) => served[0]!.goodput) as [Estimate, Estimate];
    // Eight waits of a second at once take one, not five and a half on average.
    expect(together.low).toBeGreaterThan(inTurn.high);

    const again = await lab(['report', folder, '-o', 'json']);
    expect(JSON.parse(again.stdout)).toEqual(swept);
  });
});
