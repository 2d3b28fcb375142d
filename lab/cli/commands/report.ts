import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { Command } from 'commander';
import { LabError } from '../../model/errors';
import { defencesPage } from '../../report/defences';
import { renderComparison, render, renderSweep } from '../../report/formats';
import { compareFolder, seriesOf } from '../../run/compare-folder';
import { judgeRun } from '../../run/judge-run';
import { sweepFolder } from '../../run/sweep-folder';
import { isFolder, noRecording, recordingsIn, runsBelow } from '../../run/trials';
import { outcomeOfComparison } from '../../verdict/comparison/comparison';
import { outcomeOfSweep } from '../../verdict/sweep/sweep';
import { exitCodeOf } from '../exit-codes';
import { formatOf, formatOption } from '../options';

/** Columns of text in a file: a readable width, whatever the terminal's width is. */
const FILE_WIDTH = 100;

interface ReportFlags {
  output?: string;
  out?: string;
}

export function reportCommand(): Command {
  return new Command('report')
    .argument(
      '<recordings...>',
      'folders that `lab run`, `lab compare` or `lab sweep` wrote, a folder that holds such folders, or single recordings (.jsonl or .jsonl.gz)',
    )
    .addOption(formatOption())
    .option('--out <file>', 'write to this file instead; its extension sets the format')
    .action((named: string[], { output, out }: ReportFlags) => {
      const paths = named.flatMap(runsAt);
      const format = formatOf(output, out);
      if (paths.some((path) => seriesOf(path) !== undefined)) return reportSeries(paths, format.name, out);
      const reports = paths.map(judgeRun);
      const width = out === undefined ? undefined : FILE_WIDTH;
      write(render(format, reports, width), format.name, out);
      process.exitCode = exitCodeOf(reports.map(({ verdict }) => verdict.outcome));
    });
}

/** A folder of runs, e.g. one given with --out, stands for all of them. */
function runsAt(path: string): string[] {
  if (!isFolder(path) || recordingsIn(path).length > 0) return [path];
  const below = runsBelow(path);
  const isMixed = new Set(below.map((folder) => seriesOf(folder) === undefined)).size > 1;
  if (below.length === 0 || isMixed) throw noRecording(path);
  return below;
}

/** Reports comparisons and sweeps. Several folders in Markdown format make the page docs/defences.md. */
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
    // Colors are for the terminal, not for the file.
    writeFileSync(file, format === 'text' ? stripVTControlCharacters(text) : text);
  } catch (error) {
    throw new LabError(
      `Cannot write the report: ${(error as Error).message}`,
      'environment',
      'Choose another file with --out, or leave out --out to print the report.',
    );
  }
}
