import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { LabError } from '../../model/errors';
import type { Prediction } from '../../model/events';
import { render } from '../../report/formats';
import type { Report } from '../../report/report';
import { summaryLine } from '../../report/text';
import { experiment, experimentNames } from '../../run/catalogue';
import { judgeRun } from '../../run/judge-run';
import { recordSeveral } from '../../run/parallel';
import { recordRun, type RunOptions } from '../../run/record';
import { secondTries } from '../../run/second-tries';
import { parsePrediction } from '../../verdict/prediction';
import { exitCodeOf } from '../exit-codes';
import { interruptible } from '../interrupt';
import { type LivePageFlags, shownOn, offerPage, withLivePage } from '../live-page';
import { formatOf, formatOption, integer } from '../options';
import { recordInOwnProcess } from '../parallel/own-process';
import { askPrediction } from '../prompts/predict';
import { checkEngine, lengthOf, sessionOf, withSessionOptions, type SessionFlags } from '../session-options';

/** More experiments at the same time would each need a machine of their own. */
const MOST_JOBS = 16;
/**
 * Default for `--all` if there are enough cores. A run takes two thirds of a core, lab and generator
 * included.
 */
const USUAL_JOBS = 2;

interface RunFlags extends SessionFlags, LivePageFlags {
  all: boolean;
  jobs?: number;
  failure: boolean;
  predict?: string | true;
  output?: string;
}

export function runCommand(): Command {
  const command = new Command('run')
    .argument('[experiments...]', 'names from `lab list`')
    .option('--all', 'run every experiment', false)
    .addOption(
      new Option(
        '-j, --jobs <number>',
        `run this many experiments at the same time (default: ${USUAL_JOBS} with --all on ${USUAL_JOBS} cores or more, otherwise 1)`,
      ).argParser(integer('--jobs', 1, MOST_JOBS)),
    )
    .option('--no-failure', 'switch the failing routes off; the lab must then find nothing')
    .option(
      '--predict [prediction]',
      'predict what will fail, e.g. "cause=cpu limit,first=latency,at=10,victim=/api/fast"; without a value you are asked before the load begins (with --watch, on the page)',
    )
    .addOption(formatOption())
    .action(run);
  return withLivePage(withSessionOptions(command));
}

async function run(names: string[], flags: RunFlags): Promise<void> {
  const chosen = choose(names, flags.all);
  const format = formatOf(flags.output);
  checkEngine(flags);
  const jobs = jobsOf(flags);
  const predictsOnPage = flags.predict === true && flags.watch === true;
  const predictions = predictsOnPage ? undefined : await predictionsOf(chosen, flags, lengthOf(flags));
  const stop = interruptible();
  const session = await sessionOf(flags, stop);
  const page = jobs === 1 ? await offerPage(flags, predictsOnPage) : undefined;
  const options = shownOn(page, {
    ...session,
    props: flags.failure ? {} : { faults: { enabled: false } },
  });
  try {
    const reports: Report[] = [];
    const conclude = (report: Report): void => {
      reports.push(report);
      page?.conclude(report);
      if (format.name === 'text') console.log(render(format, [report]));
    };
    const runAlone = async (name: string): Promise<Report | undefined> => {
      const prediction = async () => (predictions ? predictions.get(name) : page?.prediction(stop));
      const folder = await recordRun(name, experiment(name), { ...options, prediction });
      return folder === undefined ? undefined : judgeRun(folder);
    };
    if (jobs === 1) await oneByOne(chosen, runAlone, conclude, stop);
    else await secondTries(await atTheSameTime(chosen, jobs, options, conclude), runAlone, conclude, stop);
    reports.sort((a, b) => chosen.indexOf(a.run.experiment) - chosen.indexOf(b.run.experiment));
    if (format.name !== 'text') console.log(render(format, reports));
    else if (reports.length > 1) reports.forEach((report) => console.log(summaryLine(report)));
    process.exitCode = exitCodeOf(
      reports.map(({ verdict }) => verdict.outcome),
      stop,
    );
    await page?.untilSeen(flags, stop);
  } finally {
    await page?.close();
  }
}

/** @throws LabError (usage) when --jobs is combined with an option that allows only one run at a time. */
function jobsOf({ all, jobs, watch, predict, engine }: RunFlags): number {
  const onlyOne: [flag: string, isSet: boolean, why: string][] = [
    ['--watch', watch === true, 'the page shows one run'],
    ['--predict', predict !== undefined, 'each run waits for its prediction'],
    ['--engine kubernetes', engine === 'kubernetes', 'all runs use the same namespace'],
  ];
  const conflict = onlyOne.find(([, isSet]) => isSet);
  if (jobs === undefined) return all && !conflict && availableParallelism() >= USUAL_JOBS ? USUAL_JOBS : 1;
  if (jobs === 1 || !conflict) return jobs;
  throw new LabError(
    `--jobs ${jobs} and ${conflict[0]} cannot be combined: ${conflict[2]}.`,
    'usage',
    'Leave out one of them.',
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
 * Runs several experiments at the same time. The longest start first, so that all end at about the same time.
 * @returns the inconclusive ones, to be rerun alone: the other experiments may have disturbed them.
 */
async function atTheSameTime(
  names: string[],
  jobs: number,
  options: RunOptions,
  conclude: (report: Report) => void,
): Promise<Map<string, Report>> {
  const inconclusive = new Map<string, Report>();
  const longestFirst = [...names].sort((a, b) => secondsOf(b, options) - secondsOf(a, options));
  const record = (name: string) => recordInOwnProcess(name, { ...options, atOnce: jobs });
  const recorded = (name: string, folder: string): void => {
    const report = judgeRun(folder);
    if (report.verdict.outcome !== 'inconclusive' || options.signal.aborted) return conclude(report);
    console.error(
      `${name}: inconclusive while other experiments were running (${report.verdict.why}); running it again on its own`,
    );
    inconclusive.set(name, report);
  };
  await recordSeveral(longestFirst, jobs, record, recorded, options.signal);
  return inconclusive;
}

/** Seconds of load over all arms. */
function secondsOf(name: string, { length }: RunOptions): number {
  const { seconds, alsoRun = [] } = experiment(name);
  return seconds[length] * (1 + alsoRun.length);
}

function choose(names: string[], all: boolean): string[] {
  if (all && names.length > 0) {
    throw new LabError(`Both --all and names were given: ${names.join(' ')}.`, 'usage', 'Use one of them.');
  }
  if (all) return experimentNames();
  if (names.length === 0) {
    throw new LabError(
      'No experiment was named.',
      'usage',
      `Choose from: ${experimentNames().join(', ')}; or use --all.`,
    );
  }
  names.forEach(experiment);
  return names;
}

/** The prediction for each run. All questions are asked before anything starts. */
async function predictionsOf(
  names: string[],
  { predict }: RunFlags,
  length: RunOptions['length'],
): Promise<Map<string, Prediction>> {
  const predictions = new Map<string, Prediction>();
  if (typeof predict === 'string') {
    const prediction = parsePrediction(predict);
    if (names.length > 1) {
      throw new LabError(
        `One prediction was given for ${names.length} experiments: ${names.join(', ')}.`,
        'usage',
        'Name one experiment, or use --predict without a value to be asked about each.',
      );
    }
    predictions.set(names[0] as string, prediction);
  } else if (predict) {
    for (const name of names) predictions.set(name, await askPrediction(name, experiment(name), length));
  }
  return predictions;
}
