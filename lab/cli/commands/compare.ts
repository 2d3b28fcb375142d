import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { PGBOUNCER_HINT, pgbouncerVersion } from '../../engine/local/pgbouncer';
import { LabError } from '../../model/errors';
import { type Experiment, DEFAULT_ARM } from '../../model/experiment';
import { COMPARISON_FORMATS, renderComparison } from '../../report/formats';
import { experiment } from '../../run/catalogue';
import { compareFolder } from '../../run/compare-folder';
import { judgeRun } from '../../run/judge-run';
import { armProps, runId, type RunOptions } from '../../run/record';
import { recordSeries } from '../../run/series';
import { hasWholeTrial } from '../../run/trials';
import { outcomeOfComparison } from '../../verdict/comparison/comparison';
import { exitCodeOf, EXIT } from '../exit-codes';
import { interruptible } from '../interrupt';
import { type LivePageFlags, shownOn, offerPage, withLivePage } from '../live-page';
import { integer } from '../options';
import { sessionOf, withSessionOptions, type SessionFlags } from '../session-options';

interface CompareFlags extends SessionFlags, LivePageFlags {
  arms?: string[];
  repeat: number;
  into?: string;
  output: string;
}

export function compareCommand(): Command {
  const command = new Command('compare')
    .argument('<experiment>', 'a name from `lab list`')
    .option('--arms <names>', 'only these arms and the default arm, e.g. a,b (default: all)', (text) =>
      text.split(',').map((name) => name.trim()),
    )
    .option('--repeat <times>', 'repeat each arm this many times', integer('--repeat', 1, 100), 1)
    .option('--into <folder>', 'continue the comparison in this folder: run only what is missing')
    .addOption(
      new Option('-o, --output <format>', 'how to print the matrix')
        .choices(COMPARISON_FORMATS)
        .default('text'),
    )
    .action(compare);
  return withLivePage(withSessionOptions(command));
}

async function compare(name: string, flags: CompareFlags): Promise<void> {
  const definition = experiment(name);
  const stop = interruptible();
  const session = await sessionOf(flags, stop);
  const arms = possible(chosen(name, definition, flags.arms), definition, session);
  const page = await offerPage(flags);
  const options = shownOn(page, session);
  const id = runId(name);
  const folder = flags.into ?? join(flags.out, `${id}-compare`);
  const items = arms.map((arm) => ({ name: arm, arm, set: [], part: { of: 'comparison' } as const }));
  try {
    await recordSeries({ id, folder, name, experiment: definition, items, repeats: flags.repeat }, options);
    if (stop.aborted ? hasWholeTrial(folder) : existsSync(folder)) {
      const report = compareFolder(folder);
      console.log(renderComparison(flags.output, report));
      process.exitCode = exitCodeOf([outcomeOfComparison(report.comparison)], stop);
      if (!stop.aborted) page?.conclude(judgeRun(folder));
    }
    if (stop.aborted) process.exitCode = EXIT.interrupted;
    await page?.untilSeen(flags, stop);
  } finally {
    await page?.close();
  }
}

/** The default arm, the named arms, and the arms that these are compared with. */
function chosen(name: string, { arms = {} }: Experiment, named?: string[]): string[] {
  const all = Object.keys(arms);
  const unknown = named?.find((arm) => arm !== DEFAULT_ARM && !all.includes(arm));
  if (unknown !== undefined || all.length === 0) {
    throw new LabError(
      unknown === undefined
        ? `${name} has no arms to compare.`
        : `${name} has no arm ${JSON.stringify(unknown)}.`,
      'usage',
      all.length > 0
        ? `Choose from: ${all.join(', ')}.`
        : 'Add arms to its experiment.ts, or choose another experiment.',
    );
  }
  const wanted = new Set(named ?? all);
  for (const arm of [...wanted]) if (arms[arm]?.against) wanted.add(arms[arm].against);
  return [DEFAULT_ARM, ...all.filter((arm) => wanted.has(arm))];
}

/**
 * Drops the arms that this machine cannot run, and prints why. In a cluster, pgbouncer comes from an image
 * and need not be installed here. Also checks the settings of all arms before the first one starts.
 */
function possible(arms: string[], definition: Experiment, options: RunOptions): string[] {
  return arms.filter((arm) => {
    const { pooler } = armProps(definition, arm, options).postgres;
    if (!pooler.enabled || options.cluster || pgbouncerVersion() !== undefined) return true;
    console.error(`Skipping the arm ${arm}: pgbouncer is not installed. ${PGBOUNCER_HINT}`);
    return false;
  });
}
