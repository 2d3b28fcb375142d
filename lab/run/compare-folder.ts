import type { RunPart } from '../model/events';
import type { ComparisonReport } from '../report/comparison';
import { compareArms } from '../verdict/comparison/comparison';
import { isOfAdvice, withTriedAdvice } from './advice';
import { experiment } from './catalogue';
import { isFolder, leftOutOf, nothingWhole, readRuns, readTrials, wholeTrials } from './trials';

/** Whether `lab compare` or `lab sweep` wrote the folder; undefined for single runs. */
export function seriesOf(path: string): RunPart['of'] | undefined {
  return isFolder(path) ? readRuns(path).read[0]?.content.part?.of : undefined;
}

/**
 * Compares the recordings of a folder. New and old recordings go through the same code.
 * @throws LabError (usage) when the folder holds no comparison.
 */
export function compareFolder(folder: string): ComparisonReport {
  const recordings = readTrials(folder);
  const recorded = recordings.read.flatMap(({ content: recording }) => {
    const { arm, part } = recording.run;
    return part?.of === 'comparison' ? [{ arm, repeat: part.repeat, recording }] : [];
  });
  const { whole: trials, broken } = wholeTrials(recorded, ({ arm }) => arm);
  const run = (trials.find(({ repeat }) => repeat === 1) ?? trials[0])?.recording.run;
  if (!run) throw nothingWhole(folder, 'comparison', broken);
  const definition = withTriedAdvice(
    experiment(run.experiment),
    trials.map(({ recording }) => recording.run),
  );
  return {
    name: run.experiment,
    title: definition.title,
    roles: definition.roles,
    run,
    comparison: compareArms(definition, trials),
    unmeasured: isOfAdvice(trials.map(({ recording }) => recording.run))
      ? []
      : Object.keys(definition.arms ?? {}).filter((arm) => !trials.some((trial) => trial.arm === arm)),
    folder,
    ...leftOutOf(recordings, broken),
  };
}
