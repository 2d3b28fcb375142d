import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readRecording, readRun } from '../../lab/recording/recorder';
import { Recording } from '../../lab/recording/recording';
import { recordingsIn } from '../../lab/run/trials';
import { CANNOT_TELL, diagnose } from '../../lab/verdict/diagnosis';
import type { LabelledRun } from './labelled';
import { BLIND } from './labelled/blind';
import { LABELLED } from './labelled/all';
import { BESIDES, DEFENDED, HELD, RUNS, type ConfusionRun } from './runs';

const MEASURED = resolve(__dirname, '../../docs/recordings');
const LOADTESTS = resolve(__dirname, '../../loadtests');

/** What is known about a recording. */
export interface Truth extends Pick<LabelledRun, 'name' | 'what' | 'causes' | 'besides'> {
  kind: ConfusionRun['kind'] | LabelledRun['kind'];
}

export interface Judgement {
  run: Truth;
  found: string;
  /** `partly` means some of the causes and no others. */
  is: 'right' | 'partly' | 'wrong' | 'cannot tell';
  /** Causes that are there, but that the diagnosis rules out. */
  ruledOut: string[];
}

/** Every committed recording but the blind ones, with what was done to the system and what the diagnosis finds. */
export function judgements(): Judgement[] {
  return [...heldRuns(), ...recorded([...RUNS, ...LABELLED]), ...measuredRuns()].map(judge);
}

/** The same for runs that were designed without sight of the rules. */
export function blindJudgements(): Judgement[] {
  return recorded(BLIND).map(judge);
}

/** The file of a run's recording. The many labelled runs are packed. */
export function recordingOf(run: ConfusionRun | LabelledRun, folder?: string): string {
  return 'load' in run
    ? join(folder ?? join(__dirname, 'labelled', 'recordings'), `${run.name}.jsonl.gz`)
    : join(folder ?? join(__dirname, 'recordings'), `${run.name}.jsonl`);
}

type Labelled = { run: Truth; file: string };

function judge({ run, file }: Labelled): Judgement {
  const { cause, causes, ruledOut } = diagnose(Recording.of(readRecording(file)));
  return {
    run,
    found: cause,
    is: compare(run, causes),
    ruledOut: run.causes.filter((one) => ruledOut.some((other) => other.cause === one)),
  };
}

function recorded(runs: (ConfusionRun | LabelledRun)[]): Labelled[] {
  return runs.map((run) => ({ run, file: recordingOf(run) })).filter(({ file }) => existsSync(file));
}

/** The recordings that show what the experiments claim. */
function heldRuns(): Labelled[] {
  return readdirSync(LOADTESTS).flatMap((experiment) =>
    armsIn(join(LOADTESTS, experiment, 'recordings', 'held'), experiment, 'experiment'),
  );
}

/** The recordings behind the table of defences; each arm has several. */
function measuredRuns(): Labelled[] {
  return readdirSync(LOADTESTS).flatMap((experiment) =>
    armsIn(join(MEASURED, experiment), experiment, 'defence'),
  );
}

function armsIn(folder: string, experiment: string, kind: Truth['kind']): Labelled[] {
  if (!existsSync(folder)) return [];
  return recordingsIn(folder).map((file) => {
    const { arm } = readRun(file);
    const name = `${experiment}/${arm}`;
    const causes = { ...HELD, ...DEFENDED }[name];
    if (!causes) throw new Error(`runs.ts does not say what causes ${name} has`);
    const what = arm === 'default' ? 'the experiment as it is' : `its arm ${arm}`;
    const besides = BESIDES[name];
    return { run: { name, what, kind, causes, ...(besides && { besides }) }, file };
  });
}

/** What may be named beside a cause says nothing in its place, so it is wrong alone. */
export function compare({ causes, besides = [] }: Truth, found: string[]): Judgement['is'] {
  if (found.length === 0) return CANNOT_TELL;
  const right = found.filter((cause) => causes.includes(cause));
  const others = found.filter((cause) => !causes.includes(cause) && !besides.includes(cause));
  if (others.length > 0 || right.length === 0) return 'wrong';
  return right.length === causes.length ? 'right' : 'partly';
}
