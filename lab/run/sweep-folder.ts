import { pointName, type SweepReport } from '../report/sweep';
import { sweepOf } from '../verdict/sweep/sweep';
import { experiment } from './catalogue';
import { leftOutOf, nothingWhole, readTrials, wholeTrials } from './trials';

/**
 * The curve of a sweep, from the recordings in its folder. New and old recordings go through the same code.
 * @throws LabError (usage) when the folder holds no sweep
 */
export function sweepFolder(folder: string): SweepReport {
  const recordings = readTrials(folder);
  const recorded = recordings.read.flatMap(({ content: recording }) => {
    const { part } = recording.run;
    return part?.of === 'sweep' ? [{ point: part.point, repeat: part.repeat, recording }] : [];
  });
  const { whole: trials, broken } = wholeTrials(recorded, ({ point }) => pointName(point));
  const [first] = trials;
  if (!first) throw nothingWhole(folder, 'sweep', broken);
  const { run } = first.recording;
  const definition = experiment(run.experiment);
  const { title, roles } = definition;
  const sweep = sweepOf(definition, trials);
  return { name: run.experiment, title, roles, run, sweep, folder, ...leftOutOf(recordings, broken) };
}
