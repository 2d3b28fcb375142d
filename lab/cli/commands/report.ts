import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { Command } from 'commander';
import { LabError } from '../../model/errors';
import { defencesPage } from '../../report/defences';
import { renderComparison, render, renderSweep } from '../../report/formats';
import { compareFolder, seriesOf } from '../../run/compare-folder';
import { judgeRun } from '../../run/judge-run';
import { sweepFolder } from '../../run/sweep-folder';
import { outcomeOfComparison, outcomeOfSweep } from '../../verdict/outcome';
import { exitCodeOf } from '../exit-codes';
import { formatOf, formatOption } from '../options';

/** Text in a file is as wide as it can be read, whatever the terminal is. */
const FILE_WIDTH = 100;

interface ReportFlags {
  output?: string;
  out?: string;
}

export function reportCommand(): Command {
  return new Command('report')
    .argument(
      '<recordings...>',
      'folders that `lab run`, `lab compare` or `lab sweep` wrote, or single recordings in them (.jsonl or .jsonl.gz)',
    )
    .addOption(formatOption())
    .option('--out <file>', 'write to a file instead; its ending tells the format')
    .action((paths: string[], { output, out }: ReportFlags) => {
      const format = formatOf(output, out);
      if (paths.some((path) => seriesOf(path) !== undefined)) return reportSeries(paths, format.name, out);
      const judged = paths.map(judgeRun);
      const width = out === undefined ? undefined : FILE_WIDTH;
      write(render(format, judged, width), format.name, out);
      process.exitCode = exitCodeOf(judged.map(({ verdict }) => verdict.outcome));
    });
}

/** Folders of comparisons and sweeps: the matrix or the curve again; several in Markdown are the page of defences. */
function reportSeries(paths: string[], format: string, out: string | undefined): void {
  const comparisons = paths.filter((path) => seriesOf(path) !== 'sweep').map(compareFolder);
  const sweeps = paths.filter((path) => seriesOf(path) === 'sweep').map(sweepFolder);
  const width = out === undefined ? undefined : FILE_WIDTH;
  const each = [
    ...comparisons.map((report) => renderComparison(format, report, width)),
    ...sweeps.map((report) => renderSweep(format, report, width)),
  ];
  const whole = format === 'md' && paths.length > 1;
  write(whole ? defencesPage(comparisons, sweeps) : each.join('\n'), format, out);
  process.exitCode = exitCodeOf([
    ...comparisons.map(({ comparison }) => outcomeOfComparison(comparison)),
    ...sweeps.map(({ sweep }) => outcomeOfSweep(sweep)),
  ]);
}

function write(text: string, format: string, file: string | undefined): void {
  if (file === undefined) return console.log(text);
  try {
    // Colours are for the terminal that this was typed on, not for the file.
    writeFileSync(file, format === 'text' ? stripVTControlCharacters(text) : text);
  } catch (error) {
    throw new LabError(
      `Cannot write the report: ${(error as Error).message}`,
      'environment',
      'Choose another file with --out, or leave it out to print.',
    );
  }
}
