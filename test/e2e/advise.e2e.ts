import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison } from '../../lab/verdict/comparison/comparison';
import { lab, recordings } from './lab';

const SETTING = 'backend.defences.slowConcurrency';

describe('lab advise', () => {
  const folder = join(recordings(), 'advise');

  it('tries the advice of the diagnosis under the same load, says whether it helped, and can go on later', async () => {
    const first = await lab(['advise', 'io-stress', '--into', folder, '-o', 'json']);
    const { rows } = JSON.parse(first.stdout) as Comparison;
    expect(rows.map(({ arm, title }) => [arm, title])).toEqual([
      ['default', expect.any(String)],
      ['advice-1', expect.stringContaining(`${SETTING}=5`)],
    ]);
    expect(rows[1]!.changes).toEqual(expect.arrayContaining([expect.objectContaining({ effect: 'helps' })]));

    const files = readdirSync(folder);
    const again = await lab(['advise', 'io-stress', '--into', folder]);
    expect(again.stdout).toContain('Advice that helped: advice-1 (1 of 1).');
    expect(readdirSync(folder)).toEqual(files);
    const report = await lab(['report', folder, '-o', 'json']);
    expect(JSON.parse(report.stdout)).toEqual(JSON.parse(first.stdout));
  });
});
