import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readRecording, readRun } from '../../lab/recording/recorder';
import { Recording } from '../../lab/recording/recording';
import { recordingsIn } from '../../lab/run/trials';
import { CANNOT_TELL, diagnose } from '../../lab/verdict/diagnosis';
import { DEFENDED, HELD, RUNS, type ConfusionRun } from './runs';

const MEASURED = resolve(__dirname, '../../docs/recordings');
const LOADTESTS = resolve(__dirname, '../../loadtests');

export interface Judgement {
  run: Omit<ConfusionRun, 'experiment'>;
  found: string;
  /** `partly` means some of the causes and no others. */
  is: 'right' | 'partly' | 'wrong' | 'cannot tell';
}

/** Every committed recording, with what was done to the system and what the diagnosis finds. */
export function judgements(): Judgement[] {
  const added = RUNS.map((run) => ({ run, file: recordingOf(run.name) })).filter(({ file }) =>
    existsSync(file),
  );
  return [...heldRuns(), ...added, ...measuredRuns()].map(({ run, file }) => {
    const { cause, causes } = diagnose(Recording.of(readRecording(file)));
    return { run, found: cause, is: compare(run.causes, causes) };
  });
}

export function recordingOf(name: string): string {
  return join(__dirname, 'recordings', `${name}.jsonl`);
}

type Labelled = { run: Judgement['run']; file: string };

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

function armsIn(folder: string, experiment: string, kind: Judgement['run']['kind']): Labelled[] {
  if (!existsSync(folder)) return [];
  return recordingsIn(folder).map((file) => {
    const { arm } = readRun(file);
    const name = `${experiment}/${arm}`;
    const causes = { ...HELD, ...DEFENDED }[name];
    if (!causes) throw new Error(`runs.ts does not say what causes ${name} has`);
    const what = arm === 'default' ? 'the experiment as it is' : `its arm ${arm}`;
    return { run: { name, what, kind, causes }, file };
  });
}

function compare(causes: string[], found: string[]): Judgement['is'] {
  if (found.length === 0) return CANNOT_TELL;
  if (found.some((cause) => !causes.includes(cause))) return 'wrong';
  return found.length === causes.length ? 'right' : 'partly';
}
