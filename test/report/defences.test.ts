import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defencesPage } from '../../lab/report/defences';
import { compareFolder, seriesOf } from '../../lab/run/compare-folder';
import { sweepFolder } from '../../lab/run/sweep-folder';

const DOCS = resolve(__dirname, '../../docs');
const RECORDINGS = join(DOCS, 'recordings');

describe('the measured table of defences', () => {
  const folders = readdirSync(RECORDINGS)
    .sort()
    .map((name) => join(RECORDINGS, name));
  const comparisons = folders.filter((folder) => seriesOf(folder) === 'comparison').map(compareFolder);
  const sweeps = folders.filter((folder) => seriesOf(folder) === 'sweep').map(sweepFolder);

  it('matches its recordings: npm run defences writes it', () => {
    expect(defencesPage(comparisons, sweeps)).toBe(readFileSync(join(DOCS, 'defences.md'), 'utf8'));
  });

  it.each(comparisons.map((report) => [report.name, report] as const))(
    'measures every arm of %s, and its repeats agree on the order of the arms',
    (_, { unmeasured, comparison: { rows, ordering } }) => {
      expect(unmeasured).toEqual([]);
      expect(ordering.contradictions).toEqual([]);
      expect(rows.flatMap(({ troubles }) => troubles)).toEqual([]);
    },
  );
});
