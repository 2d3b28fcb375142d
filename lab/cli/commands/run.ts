import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { EXIT, LabError } from '../../errors';
import { render } from '../../report/formats';
import type { Report } from '../../report/report';
import { summaryLine } from '../../report/text';
import type { Prediction } from '../../telemetry/events';
import { parsePrediction } from '../../verdict/prediction';
import { judgeRun, worstExit } from '../judged';
import { experiment, experimentNames } from '../experiments';
import { interruptible } from '../interrupt';
import { formatOf, formatOption, integer } from '../options';
import { askPrediction } from '../predict';
import { recordRun, type RunOptions } from '../record';
import { secondTries } from '../several/second-tries';
import { recordSeveral } from '../several/several';
import { type LivePageFlags, startWatching, withLivePage } from '../watching';
import { checkEngine, lengthOf, sessionOf, withSessionOptions, type SessionFlags } from '../session-options';

/** More would need a machine of their own each. */
const MOST_JOBS = 16;
/** What `--all` does where the machine has the cores: a run takes two thirds of a core, with lab and generator. */
const USUAL_JOBS = 2;

interface Flags extends SessionFlags, LivePageFlags {
  all: boolean;
  jobs?: number;
  failure: boolean;
  predict?: string | true;
  output?: string;
}

export function runCommand(): Command {
  const command = new Command('run')
    .description('run experiments: start the system, load it, record what happens, judge it')
    .argument('[experiments...]', 'names from `lab list`')
    .option('--all', 'every experiment', false)
    .addOption(
      new Option(
        '-j, --jobs <number>',
        `run this many experiments at the same time (default: ${USUAL_JOBS} with --all on ${USUAL_JOBS} cores or more, otherwise 1)`,
      ).argParser(integer('--jobs', 1, MOST_JOBS)),
    )
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
  const jobs = jobsOf(flags);
  const isAskedOnPage = flags.predict === true && flags.watch === true;
  const predictions = isAskedOnPage ? undefined : await predictionsOf(chosen, flags, lengthOf(flags));
  const stop = interruptible();
  const watching = jobs === 1 ? await startWatching(flags, isAskedOnPage) : undefined;
  const options: RunOptions = {
    ...sessionOf(flags, stop),
    ...(watching && { watch: watching.listener }),
    props: flags.failure ? {} : { faults: { enabled: false } },
  };
  try {
    const judged: Report[] = [];
    const conclude = (report: Report): void => {
      judged.push(report);
      watching?.conclude(report);
      if (format.name === 'text') console.log(render(format, [report]));
    };
    const runAlone = async (name: string): Promise<Report | undefined> => {
      const prediction = async () => (predictions ? predictions.get(name) : watching?.prediction(stop));
      const folder = await recordRun(name, experiment(name), { ...options, prediction });
      return folder === undefined ? undefined : judgeRun(folder);
    };
    if (jobs === 1) await oneByOne(chosen, runAlone, conclude, stop);
    else await secondTries(await atTheSameTime(chosen, jobs, options, conclude), runAlone, conclude, stop);
    judged.sort((a, b) => chosen.indexOf(a.run.experiment) - chosen.indexOf(b.run.experiment));
    if (format.name !== 'text') console.log(render(format, judged));
    else if (judged.length > 1) judged.forEach((report) => console.log(summaryLine(report)));
    process.exitCode = stop.aborted ? EXIT.interrupted : worstExit(judged);
    await watching?.untilSeen(flags, stop);
  } finally {
    await watching?.close();
  }
}

/** @throws LabError (exit code 2) for what only one run at a time can do. */
function jobsOf({ all, jobs, watch, predict, engine }: Flags): number {
  const onlyOne: [flag: string, isSet: boolean, why: string][] = [
    ['--watch', watch === true, 'the page shows one run'],
    ['--predict', predict !== undefined, 'a prediction is asked for before each run'],
    ['--engine kubernetes', engine === 'kubernetes', 'all runs use the same namespace'],
  ];
  const conflict = onlyOne.find(([, isSet]) => isSet);
  if (jobs === undefined) return all && !conflict && availableParallelism() >= USUAL_JOBS ? USUAL_JOBS : 1;
  if (jobs === 1 || !conflict) return jobs;
  throw new LabError(
    `--jobs ${jobs} and ${conflict[0]} exclude each other: ${conflict[2]}.`,
    EXIT.usage,
    'Leave one out.',
  );
}

async function oneByOne(
  names: string[],
  run: (name: string) => Promise<Report | undefined>,
  conclude: (report: Report) => void,
  stop: AbortSignal,
): Promise<void> {
  for (const name of names) {
    if (stop.aborted) return;
    const report = await run(name);
    if (report) conclude(report);
  }
}

/**
 * Runs several experiments at the same time, the longest first, so that they end together.
 * @returns the inconclusive ones, to run once more, alone: their neighbours may have been the reason.
 */
async function atTheSameTime(
  names: string[],
  jobs: number,
  options: RunOptions,
  conclude: (report: Report) => void,
): Promise<Map<string, Report>> {
  const inconclusive = new Map<string, Report>();
  const longestFirst = [...names].sort((a, b) => secondsOf(b, options) - secondsOf(a, options));
  await recordSeveral(longestFirst, jobs, { ...options, atOnce: jobs }, (name, folder) => {
    const report = judgeRun(folder);
    if (report.verdict.outcome !== 'inconclusive' || options.signal.aborted) return conclude(report);
    console.error(`${name}: inconclusive beside others (${report.verdict.why}); it runs once more, alone`);
    inconclusive.set(name, report);
  });
  return inconclusive;
}

/** Of the load of all arms. */
function secondsOf(name: string, { length }: RunOptions): number {
  const { seconds, alsoRun = [] } = experiment(name);
  return seconds[length] * (1 + alsoRun.length);
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
