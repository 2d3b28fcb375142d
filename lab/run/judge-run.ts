import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EXIT, LabError } from '../model/errors';
import type { Report } from '../report/report';
import { recordingName } from '../recording/recorder';
import { score } from '../verdict/score';
import { EXIT_CODE, reach } from '../verdict/verdict';
import { experiment, lesson } from './catalogue';
import { DEFAULT_ARM } from './record';
import { changedSettings, repeatCommand } from './repeat-command';
import { readTrial, recordingsIn } from './trials';

/**
 * Judges the recordings of one run; a run just recorded and one read back are judged by the same code.
 * @throws LabError (exit code 2) when there is no recording.
 */
export function judgeRun(path: string): Report {
  const folder = isFolder(path) ? path : dirname(path);
  const judged = isFolder(path) ? DEFAULT_ARM : recordingName(path);
  const arms = new Map(recordingsIn(folder).map((file) => [recordingName(file), readTrial(file)]));
  const recording = arms.get(judged);
  if (!recording) {
    throw new LabError(`${path} holds no recording.`, EXIT.usage, 'Name a folder that `lab run` wrote.');
  }
  const { run } = recording;
  const definition = experiment(run.experiment);
  const evidence = { experiment: definition, arms, judged };
  const verdict = reach(evidence);
  const { prediction } = recording;
  return {
    title: definition.title,
    lesson: lesson(run.experiment),
    run,
    verdict,
    ...(prediction && { prediction: score(prediction, evidence, verdict.diagnosis) }),
    evidence,
    changes: changedSettings(run),
    folder,
    repeat: repeatCommand(run, definition),
  };
}

/** Of several verdicts the gravest: something refuted, then something unclear, then all held. */
export function worstExit(all: Report[]): number {
  const codes = all.map(({ verdict }) => EXIT_CODE[verdict.outcome]);
  return [EXIT.refuted, EXIT.inconclusive].find((code) => codes.includes(code)) ?? EXIT.held;
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
