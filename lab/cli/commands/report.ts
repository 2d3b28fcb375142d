import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { Command } from 'commander';
import { LabError } from '../../model/errors';
import { defencesPage } from '../../report/defences';
import { type Format, renderComparison, render, renderSweep } from '../../report/formats';
import { compareFolder, seriesOf } from '../../run/compare-folder';
import { judgeRun } from '../../run/judge-run';
import { sweepFolder } from '../../run/sweep-folder';
import {
  atLeastOne,
  isFolder,
  noRecording,
  readEach,
  type ReadEach,
  recordingsIn,
  runsBelow,
} from '../../run/trials';
import { outcomeOfComparison } from '../../verdict/comparison/comparison';
import { outcomeOfSweep } from '../../verdict/sweep/sweep';
import { exitCodeOf } from '../exit-codes';
import { failed } from '../failed';
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
      const format = formatOf(output, out);
      const kinds = kindsOf(named.flatMap(runsAt));
      const paths = kinds.read.map(({ file }) => file);
      const isSeries = kinds.read.some(({ content }) => content !== undefined);
      const unreadable = isSeries ? reportSeries(kinds, format.name, out) : reportRuns(paths, format, out);
      // One damaged recording must not hide the others. It decides the exit code, so that nobody overlooks it.
      for (const { error } of [...kinds.unreadable, ...unreadable]) process.exitCode = failed(error);
    });
}

type Kinds = ReadEach<ReturnType<typeof seriesOf>>;
type Unreadable = Kinds['unreadable'];

/** @throws LabError (usage) if none of the paths can be read. */
function kindsOf(paths: string[]): Kinds {
  return atLeastOne(readEach(paths, seriesOf));
}

function reportRuns(paths: string[], format: Format, out: string | undefined): Unreadable {
  const { read, unreadable } = atLeastOne(readEach(paths, judgeRun));
  const reports = read.map(({ content }) => content);
  write(render(format, reports, widthOf(out)), format.name, out);
  process.exitCode = exitCodeOf(reports.map(({ verdict }) => verdict.outcome));
  return unreadable;
}

function widthOf(out: string | undefined): number | undefined {
  return out === undefined ? undefined : FILE_WIDTH;
}

/** A folder of runs, e.g. one given with --out, stands for all of them. */
function runsAt(path: string): string[] {
  if (!isFolder(path) || recordingsIn(path).length > 0) return [path];
  const below = runsBelow(path);
  if (below.length === 0) throw noRecording(path);
  const isMixed = new Set(kindsOf(below).read.map(({ content }) => content === undefined)).size > 1;
  if (isMixed) throw noRecording(path);
  return below;
}

/** Reports comparisons and sweeps. Several folders in Markdown format make the page docs/defences.md. */
function reportSeries(kinds: Kinds, format: string, out: string | undefined): Unreadable {
  const pathsOf = (isSweep: boolean): string[] =>
    kinds.read.flatMap(({ file, content }) => ((content === 'sweep') === isSweep ? [file] : []));
  const compared = readEach(pathsOf(false), compareFolder);
  const swept = readEach(pathsOf(true), sweepFolder);
  const unreadable = [...compared.unreadable, ...swept.unreadable];
  const [comparisons, sweeps] = [contents(compared), contents(swept)];
  if (comparisons.length + sweeps.length === 0) throw unreadable[0]!.error;
  const width = widthOf(out);
  const each = [
    ...comparisons.map((report) => renderComparison(format, report, width)),
    ...sweeps.map((report) => renderSweep(format, report, width)),
  ];
  const whole = format === 'md' && each.length > 1;
  write(whole ? defencesPage(comparisons, sweeps) : each.join('\n'), format, out);
  process.exitCode = exitCodeOf([
    ...comparisons.map(({ comparison }) => outcomeOfComparison(comparison)),
    ...sweeps.map(({ sweep }) => outcomeOfSweep(sweep)),
  ]);
  return unreadable;
}

function contents<T>({ read }: ReadEach<T>): T[] {
  return read.map(({ content }) => content);
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
