import { existsSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LabError } from '../../lab/model/errors';
import type { LabelledRun } from './labelled';
import { LABELLED } from './labelled/all';
import { BLIND } from './labelled/blind';
import { recordingOf } from './matrix';
import { recordRun } from './recorder/record-run';
import { RUNS, type ConfusionRun } from './runs';

type Run = ConfusionRun | LabelledRun;

const ALL: Run[] = [...RUNS, ...LABELLED, ...BLIND];

/**
 * Records runs of the confusion matrix, one at a time and each in less than a minute: those that are named, or all
 * that are missing, with --part only those of a kind or with a cause. Ctrl-C ends it; the next call goes on.
 * @returns the exit code
 */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { part: { type: 'string' }, into: { type: 'string' } },
  });
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  let failures = 0;
  for (const run of chosen(positionals, values)) {
    if (interrupt.signal.aborted) return 130;
    if (!(await recorded(run, recordingOf(run, values.into), interrupt.signal))) failures++;
  }
  return failures > 0 ? 1 : 0;
}

function chosen(names: string[], { part, into }: { part?: string; into?: string }): Run[] {
  if (names.length > 0) return names.map(named);
  const runs = ALL.filter(({ kind, causes }) => !part || kind === part || causes.includes(part));
  const parts = new Set(ALL.flatMap(({ kind, causes }) => [kind, ...causes]));
  if (runs.length === 0) throw usage(`there is no part ${JSON.stringify(part)}`, [...parts]);
  return runs.filter((run) => !existsSync(recordingOf(run, into)));
}

function named(name: string): Run {
  const found = ALL.find((run) => run.name === name);
  if (found) return found;
  throw usage(
    `there is no run ${JSON.stringify(name)}`,
    ALL.map((run) => run.name),
  );
}

function usage(problem: string, allowed: string[]): LabError {
  return new LabError(problem, 'usage', `Choose from: ${allowed.join(', ')}.`);
}

/** Records one run and prints one line about it. */
async function recorded(run: Run, file: string, signal: AbortSignal): Promise<boolean> {
  const began = performance.now();
  const say = (result: string): void => {
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(`${run.name.padEnd(40)} ${String(seconds).padStart(3)} s  ${result}`);
  };
  try {
    // A run's own signal, on which its listeners may stay.
    await recordRun(run, file, AbortSignal.any([signal]));
    say(signal.aborted ? 'interrupted' : `${(statSync(file).size / 1000).toFixed(1)} kB`);
    return true;
  } catch (error) {
    say(`failed: ${(error as Error).message}`);
    return false;
  }
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    console.error([error.message, (error as LabError).hint].filter(Boolean).join('\n'));
    process.exitCode = 2;
  },
);
