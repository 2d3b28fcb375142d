import { LabError } from '../model/errors';
import type { SweepReport } from '../report/sweep';
import { sweepOf } from '../verdict/sweep/sweep';
import { experiment } from './catalogue';
import { readTrial, recordingsIn } from './trials';

/**
 * What the recordings of a folder say as a curve; those just made and those read back go through the same code.
 * @throws LabError (usage) when it holds no sweep
 */
export function sweepFolder(folder: string): SweepReport {
  const trials = recordingsIn(folder)
    .map(readTrial)
    .flatMap((recording) => {
      const { part } = recording.run;
      return part?.of === 'sweep' ? [{ point: part.point, repeat: part.repeat, recording }] : [];
    });
  const [first] = trials;
  if (!first) {
    throw new LabError(`${folder} holds no sweep.`, 'usage', 'Name a folder that `lab sweep` wrote.');
  }
  const { run } = first.recording;
  const definition = experiment(run.experiment);
  const { title, roles } = definition;
  return { name: run.experiment, title, roles, run, sweep: sweepOf(definition, trials), folder };
}
