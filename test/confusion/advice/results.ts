import type { TriedAdvice } from '../../../lab/model/events';
import type { Recording } from '../../../lab/recording/recording';
import { readTrial } from '../../../lab/run/trials';
import { stepInWords, valueAt } from '../../../lab/verdict/advice/advice';
import { CANNOT_TELL, diagnose, isOfTheLab } from '../../../lab/verdict/diagnosis';
import {
  type AdvisedArm,
  armFile,
  armsOf,
  AS_IT_IS,
  recordedArms,
  RECORDINGS,
  TRIED_RUNS,
  type TriedRun,
} from './arms';
import { type Effect, effectOf, median } from './judge';

/** What became of a piece of advice. */
export interface Result extends TriedRun {
  advice: TriedAdvice;
  /** "Cannot tell" if no round says anything: nobody was harmed, or the machine was too slow. */
  effect: Effect | typeof CANNOT_TELL;
  /** What the diagnosis finds with the advice, each once. */
  found: string[];
  /** The number of rounds that were recorded. */
  rounds: number;
}

/** The results of all advice that was recorded with and without it, in the order of TRIED. */
export function results(folder = RECORDINGS): Result[] {
  const recorded = recordedArms(folder);
  return TRIED_RUNS.filter(({ run }) => recorded.some((one) => one.run === run.name)).flatMap((tried) =>
    armsOf(tried.run).flatMap((arm) => resultOf(tried, arm, roundsOf(tried, arm, recorded), folder) ?? []),
  );
}

/** "helped: cpu-45-a-second, add CPU: backend.cpuLimitMillicores=1050". */
export function resultInWords({ run, advice, effect, rounds }: Result): string {
  return `${effect}${rounds > 1 ? ` (${rounds} rounds)` : ''}: ${run.name}, ${stepInWords(advice)}`;
}

/** The rounds that have both recordings. */
function roundsOf(
  { run }: TriedRun,
  { name }: AdvisedArm,
  recorded: ReturnType<typeof recordedArms>,
): number[] {
  const of = (arm: string): number[] =>
    recorded.filter((one) => one.run === run.name && one.arm === arm).map(({ round }) => round);
  const asItIs = of(AS_IT_IS);
  return of(name)
    .filter((round) => asItIs.includes(round))
    .sort((a, b) => a - b);
}

function resultOf(tried: TriedRun, arm: AdvisedArm, rounds: number[], folder: string): Result | undefined {
  if (rounds.length === 0) return undefined;
  const pairs = rounds.map((round): [Recording, Recording] => {
    const file = armFile(tried.run, arm.name, round, folder);
    const advised = readTrial(file);
    assertSettings(advised, arm, file);
    return [readTrial(armFile(tried.run, AS_IT_IS, round, folder)), advised];
  });
  const { says, set } = arm;
  return {
    ...tried,
    advice: { says, set },
    effect: median(pairs.flatMap(([asItIs, advised]) => effectIn(asItIs, advised) ?? [])) ?? CANNOT_TELL,
    found: [...new Set(pairs.map(([, advised]) => diagnose(advised).cause))],
    rounds: rounds.length,
  };
}

/** A round in which the lab or its machine was too slow says nothing. */
function effectIn(asItIs: Recording, advised: Recording): Effect | undefined {
  const isUseless = [asItIs, advised].some((recording) => isOfTheLab(diagnose(recording)));
  return isUseless ? undefined : effectOf(asItIs, advised);
}

/** @throws Error if the recording is of advice that the diagnosis no longer gives under this name. */
function assertSettings({ run }: Recording, { name, set }: AdvisedArm, file: string): void {
  for (const [path, value] of Object.entries(set)) {
    const was = valueAt(run.props, path);
    if (was !== value) {
      throw new Error(
        `${file} was recorded with ${path}=${String(was)}, but ${name} is now ${path}=${String(value)}. ` +
          'Delete it and record it again: npm run advice:record',
      );
    }
  }
}
