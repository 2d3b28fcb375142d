import { DEFAULT_ARM } from '../model/experiment';
import { type ArmRow, outcomeOfArm } from '../verdict/comparison/comparison';
import { format } from '../verdict/format';
import type { ComparisonReport } from './comparison';
import { comparisonMarkdown } from './comparison-markdown';
import { table, text } from './markdown-parts';
import { type SweepReport, sweepMarkdown } from './sweep';
import { visible } from './visible';

const HEAD = ['failure mode', 'root cause', 'defence', 'measured effect', 'as expected?'];

/** One page of many measurements: first the table of defences, then the measurements behind each line. */
export function defencesPage(comparisons: ComparisonReport[], sweeps: SweepReport[]): string {
  const shown = visible(comparisons);
  return [
    '# Defences, measured',
    'Generated from recordings by `npx lab report FOLDERS -o md --out FILE`. To make the recordings, run `npx lab compare NAME --into FOLDER` and `npx lab sweep NAME --over SETTING=VALUES --into FOLDER`. Numbers are good answers per second: answers that succeed and arrive in time.',
    ...(shown.length > 0 ? [table(HEAD, shown.flatMap(linesOf))] : []),
    ...shown.map(comparisonMarkdown),
    ...visible(sweeps).map((sweep) => sweepMarkdown(sweep).trimEnd()),
    '',
  ].join('\n\n');
}

function linesOf({ name, comparison }: ComparisonReport): string[][] {
  const failing = comparison.rows[0]?.verdicts[0]?.cause ?? 'unknown';
  return comparison.rows
    .filter(({ changes }) => changes.length > 0)
    .map((row) => [
      `[${text(name)}](../loadtests/${name}/README.md)`,
      text(failing),
      text(row.title),
      effectsOf(row),
      expectedOf(row),
    ]);
}

function effectsOf({ changes, against }: ArmRow): string {
  const compared = against === undefined || against === DEFAULT_ARM ? '' : ` (compared with ${against})`;
  return changes
    .map(({ role, effect, before, after }) => {
      const numbers = `${format(Math.max(before, 0), '1/s')} → ${format(Math.max(after, 0), '1/s')}`;
      return text(`${role}: ${effect}${compared}, ${numbers}`);
    })
    .join('<br>');
}

function expectedOf(row: ArmRow): string {
  const outcome = outcomeOfArm(row);
  if (outcome === 'refuted') return '**no**';
  return outcome === 'held' ? 'yes' : 'unclear';
}
