import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { DEFAULT_ARM } from '../../model/experiment';
import type { ComparisonReport } from '../../report/comparison';
import { COMPARISON_FORMATS, renderComparison } from '../../report/formats';
import { advisedItems, withAdvice } from '../../run/advice';
import { experiment } from '../../run/catalogue';
import { compareFolder } from '../../run/compare-folder';
import { runId, type RunOptions } from '../../run/record';
import { type Item, recordSeries } from '../../run/series';
import { readTrial, trialFile } from '../../run/trials';
import { outcomeOfComparison } from '../../verdict/comparison/comparison';
import { diagnose, type Diagnosis } from '../../verdict/diagnosis';
import { exitCodeOf, EXIT } from '../exit-codes';
import { interruptible } from '../interrupt';
import { integer } from '../options';
import { sessionOf, withSessionOptions, type SessionFlags } from '../session-options';

interface AdviseFlags extends SessionFlags {
  repeat: number;
  into?: string;
  output: string;
}

export function adviseCommand(): Command {
  const command = new Command('advise')
    .argument('<experiment>', 'a name from `lab list`')
    .option('--repeat <times>', 'repeat each piece of advice this many times', integer('--repeat', 1, 100), 1)
    .option('--into <folder>', 'continue in this folder: run only what is missing')
    .addOption(
      new Option('-o, --output <format>', 'how to print the result')
        .choices(COMPARISON_FORMATS)
        .default('text'),
    )
    .action(advise);
  return withSessionOptions(command);
}

const DEFAULT: Item = { name: DEFAULT_ARM, arm: DEFAULT_ARM, set: [], part: { of: 'comparison' } };

/** Runs the experiment, asks the diagnosis for advice, and tries each piece under the same load. */
async function advise(name: string, flags: AdviseFlags): Promise<void> {
  const definition = experiment(name);
  const stop = interruptible();
  const options = await sessionOf(flags, stop);
  const id = runId(name);
  const folder = flags.into ?? join(flags.out, `${id}-advise`);
  const record = (items: Item[], repeats: number, session: RunOptions) =>
    recordSeries({ id, folder, name, experiment: withAdvice(definition, items), items, repeats }, session);
  await record([DEFAULT, ...itemsIn(folder)], 1, options);
  const items = itemsIn(folder);
  if (!stop.aborted && items.length > 0) await record([DEFAULT, ...items], flags.repeat, options);
  if (stop.aborted) process.exitCode = EXIT.interrupted;
  if (!existsSync(folder)) return;
  const report = compareFolder(folder);
  console.log(renderComparison(flags.output, report));
  if (flags.output === 'text') console.log(summary(report, items));
  process.exitCode = exitCodeOf([outcomeOfComparison(report.comparison)], stop);
}

/** The advice of the diagnosis of the first run, if there is one. It is the same whenever it is asked for. */
function itemsIn(folder: string): Item[] {
  const diagnosis = diagnosisIn(folder);
  return diagnosis ? advisedItems(diagnosis) : [];
}

function diagnosisIn(folder: string): Diagnosis | undefined {
  const file = trialFile(folder, DEFAULT_ARM, 1);
  return existsSync(file) ? diagnose(readTrial(file)) : undefined;
}

function summary({ comparison }: ComparisonReport, items: Item[]): string {
  if (items.length === 0)
    return 'The diagnosis has no advice that is a setting, so there was nothing to try.';
  const rows = comparison.rows.filter(({ arm }) => arm !== DEFAULT_ARM);
  const effectsOf = ({ changes }: (typeof rows)[number]): unknown[] => changes.map(({ effect }) => effect);
  const helped = rows.filter((row) => effectsOf(row).includes('helps'));
  const named = helped.map((row) => (effectsOf(row).includes('harms') ? `${row.arm} (at a cost)` : row.arm));
  return `Advice that helped: ${named.join(', ') || 'none'} (${helped.length} of ${rows.length}).`;
}
