import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { LabError } from '../../model/errors';
import { experimentNames } from '../../run/catalogue';
import { judgeRun } from '../../run/judge-run';
import { PROJECT_ROOT } from '../../support/root';
import { PageLog } from '../../watch/log';
import { eventsOf } from '../../watch/replay';
import { link, openInBrowser } from '../browser';
import { untilInterrupted } from '../interrupt';
import { serve, type WatchFlags, withWatchOptions } from '../live-page';

interface ReplayFlags extends WatchFlags {
  speed: number;
}

export function watchCommand(): Command {
  const command = new Command('watch')
    .argument(
      '<recording>',
      'a folder that `lab run` wrote, or an experiment (its recording comes with the lab)',
    )
    .option('--speed <times>', 'playback speed', parseSpeed, 5)
    .action(watch);
  return withWatchOptions(command);
}

async function watch(recording: string, flags: ReplayFlags): Promise<void> {
  const report = judgeRun(recordingOf(recording));
  const log = new PageLog();
  eventsOf(report, 'replay', flags.speed).forEach(log.push);
  const server = await serve(log, flags);
  console.log(`${report.run.experiment}: watch the replay at ${link(server.url, process.stdout)}`);
  if (flags.open) await openInBrowser(server.url);
  await untilInterrupted(server.url);
  await server.close();
}

/** The name of an experiment stands for its recording that comes with the project. */
function recordingOf(name: string): string {
  if (existsSync(name)) return name;
  const committed = join(PROJECT_ROOT, 'loadtests', name, 'recordings', 'held');
  if (experimentNames().includes(name) && existsSync(committed)) return committed;
  throw new LabError(
    `${JSON.stringify(name)} is neither a recording nor an experiment that comes with one.`,
    'usage',
    `Name a folder that \`lab run\` wrote, or one of: ${experimentNames().join(', ')}.`,
  );
}

function parseSpeed(text: string): number {
  const speed = Number(text);
  if (!(speed >= 0.1 && speed <= 1000)) throw new InvalidArgumentError('Use a number from 0.1 to 1000.');
  return speed;
}
