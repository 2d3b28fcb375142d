import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { LabError } from '../../model/errors';
import { DEFAULT_ARM } from '../../model/experiment';
import { SWEEP_FORMATS, renderSweep } from '../../report/formats';
import { parseAxis, pointsOf, type Axis } from '../../run/axes';
import { experiment } from '../../run/catalogue';
import { armProps, runId } from '../../run/record';
import { recordSeries } from '../../run/series';
import { sweepFolder } from '../../run/sweep-folder';
import { hasWholeTrial } from '../../run/trials';
import { outcomeOfSweep, predictionFor } from '../../verdict/sweep/sweep';
import { exitCodeOf, EXIT } from '../exit-codes';
import { interruptible } from '../interrupt';
import { integer } from '../options';
import { sessionOf, withSessionOptions, type SessionFlags } from '../session-options';

interface SweepFlags extends SessionFlags {
  over: Axis[];
  repeat: number;
  into?: string;
  output: string;
}

export function sweepCommand(): Command {
  const command = new Command('sweep')
    .argument('<experiment>', 'a name from `lab list`')
    .requiredOption(
      '--over <path=values>',
      'a setting and its values, e.g. backend.replicas=1..6; give it twice to sweep two settings',
      (text: string, all: Axis[] = []) => [...all, parseAxis(text)],
    )
    .option('--repeat <times>', 'repeat each point this many times', integer('--repeat', 1, 100), 1)
    .option('--into <folder>', 'continue the sweep in this folder: run only what is missing')
    .addOption(
      new Option('-o, --output <format>', 'how to print the curve').choices(SWEEP_FORMATS).default('text'),
    )
    .action(sweep);
  return withSessionOptions(command);
}

async function sweep(name: string, flags: SweepFlags): Promise<void> {
  const definition = experiment(name);
  const paths = flags.over.map(({ path }) => path);
  if (paths.length > 2 || new Set(paths).size < paths.length) {
    throw new LabError(
      `--over was given for ${paths.join(', ')}. A sweep covers one setting, or two different ones.`,
      'usage',
    );
  }
  const stop = interruptible();
  const options = await sessionOf(flags, stop);
  const items = pointsOf(flags.over).map((point) => {
    const set = Object.entries(point).map(([path, value]) => `${path}=${value}`);
    return { name: set.join(','), arm: DEFAULT_ARM, set, part: { of: 'sweep', point } as const };
  });
  // Refuse bad settings and print the predictions before anything is run.
  for (const { name: point, set } of items) {
    const props = armProps(definition, DEFAULT_ARM, { ...options, set: [...options.set, ...set] });
    const predicted = predictionFor(definition, props, definition.seconds[options.length]);
    if (predicted) console.error(`predicted for ${point}: ${predicted.because}`);
  }
  const id = runId(name);
  const folder = flags.into ?? join(flags.out, `${id}-sweep`);
  await recordSeries({ id, folder, name, experiment: definition, items, repeats: flags.repeat }, options);
  if (stop.aborted ? hasWholeTrial(folder) : existsSync(folder)) {
    const report = sweepFolder(folder);
    console.log(renderSweep(flags.output, report));
    process.exitCode = exitCodeOf([outcomeOfSweep(report.sweep)], stop);
  }
  if (stop.aborted) process.exitCode = EXIT.interrupted;
}
