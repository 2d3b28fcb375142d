import { Command } from 'commander';
import { EXIT, LabError } from '../../errors';
import { render } from '../../report/formats';
import type { Report } from '../../report/report';
import { summaryLine } from '../../report/text';
import type { Prediction } from '../../telemetry/events';
import { parsePrediction } from '../../verdict/prediction';
import { judgeRun, worstExit } from '../judged';
import { experiment, experimentNames } from '../experiments';
import { interruptible } from '../interrupt';
import { formatOf, formatOption } from '../options';
import { askPrediction } from '../predict';
import { recordRun, type RunOptions } from '../record';
import { type LivePageFlags, startWatching, withLivePage } from '../watching';
import { checkEngine, lengthOf, sessionOf, withSessionOptions, type SessionFlags } from '../session-options';

interface Flags extends SessionFlags, LivePageFlags {
  all: boolean;
  failure: boolean;
  predict?: string | true;
  output?: string;
}

export function runCommand(): Command {
  const command = new Command('run')
    .description('run experiments: start the system, load it, record what happens, judge it')
    .argument('[experiments...]', 'names from `lab list`')
    .option('--all', 'every experiment, one after the other', false)
    .option('--no-failure', 'switch the failing routes off: the run that must find nothing')
    .option(
      '--predict [prediction]',
      'say before the load begins what will fail, e.g. "cause=cpu limit,first=latency,at=10,victim=/api/fast"; without it you are asked, on the page with --watch',
    )
    .addOption(formatOption())
    .action(run);
  return withLivePage(withSessionOptions(command));
}

async function run(names: string[], flags: Flags): Promise<void> {
  const chosen = choose(names, flags.all);
  const format = formatOf(flags.output);
  checkEngine(flags);
  const isAskedOnPage = flags.predict === true && flags.watch === true;
  const predictions = isAskedOnPage ? undefined : await predictionsOf(chosen, flags, lengthOf(flags));
  const stop = interruptible();
  const watching = await startWatching(flags, isAskedOnPage);
  const options: RunOptions = {
    ...sessionOf(flags, stop),
    ...(watching && { watch: watching.listener }),
    props: flags.failure ? {} : { faults: { enabled: false } },
  };
  try {
    const judged: Report[] = [];
    for (const name of chosen) {
      const prediction = async () => (predictions ? predictions.get(name) : watching?.prediction(stop));
      const folder = await recordRun(name, experiment(name), { ...options, prediction });
      if (folder) {
        const report = judgeRun(folder);
        judged.push(report);
        watching?.conclude(report);
        if (format.name === 'text') console.log(render(format, judged.slice(-1)));
      }
      if (stop.aborted) break;
    }
    if (format.name !== 'text') console.log(render(format, judged));
    else if (judged.length > 1) judged.forEach((report) => console.log(summaryLine(report)));
    process.exitCode = stop.aborted ? EXIT.interrupted : worstExit(judged);
    await watching?.untilSeen(flags, stop);
  } finally {
    await watching?.close();
  }
}

function choose(names: string[], all: boolean): string[] {
  if (all && names.length > 0) {
    throw new LabError(
      `--all and names (${names.join(' ')}) exclude each other.`,
      EXIT.usage,
      'Leave one out.',
    );
  }
  if (all) return experimentNames();
  if (names.length === 0) {
    throw new LabError(
      'No experiment was named.',
      EXIT.usage,
      `Choose from: ${experimentNames().join(', ')}; or --all.`,
    );
  }
  names.forEach(experiment);
  return names;
}

/** What is expected of each run; whoever wants to be asked is asked before anything starts. */
async function predictionsOf(
  names: string[],
  { predict }: Flags,
  length: RunOptions['length'],
): Promise<Map<string, Prediction>> {
  const predictions = new Map<string, Prediction>();
  if (typeof predict === 'string') {
    const prediction = parsePrediction(predict);
    if (names.length > 1) {
      throw new LabError(
        `One prediction cannot be meant for ${names.join(', ')}.`,
        EXIT.usage,
        'Name one experiment; or only --predict, to be asked for each.',
      );
    }
    predictions.set(names[0] as string, prediction);
  } else if (predict) {
    for (const name of names) predictions.set(name, await askPrediction(name, experiment(name), length));
  }
  return predictions;
}
