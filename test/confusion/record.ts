import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { LabelledRun } from './labelled';
import { LABELLED } from './labelled/all';
import { BLIND } from './labelled/blind';
import { recordingOf } from './matrix';
import { named, noSuch } from './named';
import { carryOut, recordAll } from './recorder/session';
import { RUNS, type ConfusionRun } from './runs';

type Run = ConfusionRun | LabelledRun;

const ALL: Run[] = [...RUNS, ...LABELLED, ...BLIND];

/**
 * Records runs of the confusion matrix: those that are named, or all that are missing, with --part only those of a
 * kind or with a cause. After Ctrl-C, the next call goes on.
 * @returns the exit code
 */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { part: { type: 'string' }, into: { type: 'string' } },
  });
  const runs = chosen(positionals, values);
  return recordAll(runs.map((run) => ({ name: run.name, run, file: recordingOf(run, values.into) })));
}

function chosen(names: string[], { part, into }: { part?: string; into?: string }): Run[] {
  if (names.length > 0) return names.map((name) => named(name, ALL));
  const runs = ALL.filter(({ kind, causes }) => !part || kind === part || causes.includes(part));
  const parts = new Set(ALL.flatMap(({ kind, causes }) => [kind, ...causes]));
  if (runs.length === 0) throw noSuch('part', part, [...parts]);
  return runs.filter((run) => !existsSync(recordingOf(run, into)));
}

carryOut(main);
