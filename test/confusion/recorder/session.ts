import { statSync } from 'node:fs';
import type { LabError } from '../../../lab/model/errors';
import type { LabelledRun } from '../labelled';
import type { ConfusionRun } from '../runs';
import { recordRun } from './record-run';

/** A run to record, and what it is called meanwhile. */
export interface Task {
  name: string;
  run: ConfusionRun | LabelledRun;
  file: string;
}

/**
 * Records runs, one at a time and each in less than a minute, and prints one line about each. Ctrl-C ends it.
 * @returns the exit code
 */
export async function recordAll(tasks: Task[]): Promise<number> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  let failures = 0;
  for (const task of tasks) {
    if (interrupt.signal.aborted) break;
    if (!(await recorded(task, interrupt.signal))) failures++;
  }
  if (interrupt.signal.aborted) return 130;
  return failures > 0 ? 1 : 0;
}

async function recorded({ name, run, file }: Task, signal: AbortSignal): Promise<boolean> {
  const began = performance.now();
  const say = (result: string): void => {
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(`${name.padEnd(44)} ${String(seconds).padStart(3)} s  ${result}`);
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

/** Runs a command with the arguments of the process, and sets the exit code. Errors are told without a stack. */
export function carryOut(main: (args: string[]) => Promise<number>): void {
  main(process.argv.slice(2)).then(
    (code) => (process.exitCode = code),
    (error: Error) => {
      console.error([error.message, (error as LabError).hint].filter(Boolean).join('\n'));
      process.exitCode = 2;
    },
  );
}
