import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LabError } from '../../../lab/model/errors';
import { named } from '../named';
import { carryOut, recordAll, type Task } from '../recorder/session';
import { advised, armFile, armsOf, AS_IT_IS, RECORDINGS, TRIED_RUNS, type TriedRun } from './arms';
import { resultInWords, results } from './results';

const MOST_ROUNDS = 20;

/**
 * Records runs as they are and with each piece of the advice that their diagnosis gives, as often as --rounds says:
 * those that are named, or all. Skips what is there already, so after Ctrl-C the next call goes on. Then it prints
 * what became of each piece.
 * @returns the exit code
 */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '1' }, into: { type: 'string', default: RECORDINGS } },
  });
  const tried = chosen(positionals);
  const code = await recordAll(tasksOf(tried, roundsIn(values.rounds), values.into));
  results(values.into)
    .filter(({ run }) => tried.some((one) => one.run === run))
    .forEach((result) => console.log(resultInWords(result)));
  return code;
}

function chosen(names: string[]): TriedRun[] {
  if (names.length === 0) return TRIED_RUNS;
  const runs = TRIED_RUNS.map(({ run }) => run);
  const wanted = names.map((name) => named(name, runs));
  return TRIED_RUNS.filter(({ run }) => wanted.includes(run));
}

/** @throws LabError (usage) */
function roundsIn(text: string): number {
  const rounds = /^\d+$/.test(text) ? Number(text) : 0;
  if (rounds >= 1 && rounds <= MOST_ROUNDS) return rounds;
  throw new LabError(
    `--rounds ${JSON.stringify(text)} is not a number of rounds`,
    'usage',
    `Choose a whole number from 1 to ${MOST_ROUNDS}.`,
  );
}

/** Round by round. In each, a run as it is comes right before its arms. */
function tasksOf(tried: TriedRun[], rounds: number, folder: string): Task[] {
  const runs = tried.map(({ run }) => ({ run, arms: armsOf(run) }));
  const task = (run: TriedRun['run'], arm: string, round: number): Task => ({
    name: `${run.name}.${arm}.${round}`,
    run,
    file: armFile(run, arm, round, folder),
  });
  return Array.from({ length: rounds }, (_, index) => index + 1)
    .flatMap((round) =>
      runs.flatMap(({ run, arms }) => [
        task(run, AS_IT_IS, round),
        ...arms.map((arm) => task(advised(run, arm), arm.name, round)),
      ]),
    )
    .filter(({ file }) => !existsSync(file));
}

carryOut(main);
