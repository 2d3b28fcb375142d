import type { RunPart } from '../model/events';
import { readRun } from '../recording/recorder';
import type { ComparisonReport } from '../report/comparison';
import { compareArms } from '../verdict/comparison/comparison';
import { experiment } from './catalogue';
import { isFolder, nothingWhole, readTrial, recordingsIn, wholeTrials } from './trials';

/** Whether `lab compare` or `lab sweep` wrote the folder; undefined for single runs. */
export function seriesOf(path: string): RunPart['of'] | undefined {
  const [first] = isFolder(path) ? recordingsIn(path) : [];
  return first === undefined ? undefined : readRun(first).part?.of;
}

/**
 * Compares the recordings of a folder. New and old recordings go through the same code.
 * @throws LabError (usage) when the folder holds no comparison.
 */
export function compareFolder(folder: string): ComparisonReport {
  const recorded = recordingsIn(folder)
    .map(readTrial)
    .flatMap((recording) => {
      const { arm, part } = recording.run;
      return part?.of === 'comparison' ? [{ arm, repeat: part.repeat, recording }] : [];
    });
  const { whole: trials, leftOut } = wholeTrials(recorded, ({ arm }) => arm);
  const run = (trials.find(({ repeat }) => repeat === 1) ?? trials[0])?.recording.run;
  if (!run) throw nothingWhole(folder, 'comparison', leftOut);
  const definition = experiment(run.experiment);
  return {
    name: run.experiment,
    title: definition.title,
    roles: definition.roles,
    run,
    comparison: compareArms(definition, trials),
    unmeasured: Object.keys(definition.arms ?? {}).filter(
      (arm) => !trials.some((trial) => trial.arm === arm),
    ),
    ...(leftOut.length > 0 && { leftOut }),
    folder,
  };
}
