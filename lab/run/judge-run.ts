import { dirname } from 'node:path';
import { DEFAULT_ARM } from '../model/experiment';
import { recordingName } from '../recording/recorder';
import type { Report } from '../report/report';
import { score } from '../verdict/score';
import { reach } from '../verdict/verdict';
import { experiment, lesson } from './catalogue';
import { repetition } from './repeat-command';
import { isFolder, leftOutOf, noRecording, readTrials } from './trials';

/**
 * Judges the recordings of one run. New and old recordings go through the same code. Damaged recordings of
 * other arms are left out.
 * @throws LabError (usage) when there is no recording, or when it is damaged.
 */
export function judgeRun(path: string): Report {
  const folder = isFolder(path) ? path : dirname(path);
  const judgedArm = isFolder(path) ? DEFAULT_ARM : recordingName(path);
  const trials = readTrials(folder);
  const arms = new Map(trials.read.map(({ file, content }) => [recordingName(file), content]));
  const damaged = trials.unreadable.find(({ file }) => recordingName(file) === judgedArm);
  if (damaged) throw damaged.error;
  const recording = arms.get(judgedArm);
  if (!recording) throw noRecording(path);
  const { run } = recording;
  const definition = experiment(run.experiment);
  const evidence = { experiment: definition, arms, judgedArm };
  const verdict = reach(evidence);
  const { prediction } = recording;
  return {
    title: definition.title,
    lesson: lesson(run.experiment),
    run,
    verdict,
    ...(prediction && { prediction: score(prediction, evidence, verdict.diagnosis) }),
    evidence,
    folder,
    ...leftOutOf(trials),
    ...repetition(run, definition),
    others: [...arms].flatMap(([arm, other]) =>
      arm === judgedArm ? [] : [{ arm, ...repetition(other.run, definition) }],
    ),
  };
}
