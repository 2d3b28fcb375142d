import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EXIT, LabError } from '../errors';
import { summaryLine, textReport } from '../report/text';
import { readRecording } from '../telemetry/recorder';
import { Recording } from '../telemetry/recording';
import { EXIT_CODE, reach, type Verdict } from '../verdict/verdict';
import { experiment } from './experiments';
import type { Output } from './options';
import { DEFAULT_ARM } from './record';

export interface Judged {
  name: string;
  title: string;
  folder: string;
  recording: Recording;
  verdict: Verdict;
}

/**
 * Judges the recordings of one run; a run just recorded and one read back are judged by the same code.
 * @throws LabError (exit code 2) when there is no recording.
 */
export function judgeRun(path: string): Judged {
  const folder = isFolder(path) ? path : dirname(path);
  const judged = isFolder(path) ? DEFAULT_ARM : basename(path, '.jsonl');
  const arms = new Map(
    recordingsIn(folder).map((file) => [
      basename(file, '.jsonl'),
      Recording.of(readRecording(join(folder, file))),
    ]),
  );
  const recording = arms.get(judged);
  if (!recording) {
    throw new LabError(`${path} holds no recording.`, EXIT.usage, 'Name a folder that `lab run` wrote.');
  }
  const name = recording.run.experiment;
  const definition = experiment(name);
  const verdict = reach({ experiment: definition, arms, judged });
  return { name, title: definition.title, folder, recording, verdict };
}

export function printJudged(all: Judged[], output: Output, form: 'whole' | 'summary' = 'whole'): void {
  if (output === 'json') {
    const plain = all.map(({ name, folder, recording, verdict }) => ({
      experiment: name,
      recording: folder,
      run: recording.run,
      ...verdict,
    }));
    console.log(JSON.stringify(plain, null, 2));
  } else if (form === 'summary') {
    for (const { name, verdict } of all) console.log(summaryLine(name, verdict));
  } else {
    for (const { title, recording, verdict, folder } of all) {
      console.log(textReport(title, recording.run, verdict, folder));
    }
  }
}

/** Of several verdicts the gravest: something refuted, then something unclear, then all held. */
export function worstExit(all: Judged[]): number {
  const codes = all.map(({ verdict }) => EXIT_CODE[verdict.outcome]);
  return [EXIT.refuted, EXIT.inconclusive].find((code) => codes.includes(code)) ?? EXIT.held;
}

function recordingsIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
  } catch (error) {
    throw new LabError(
      `Cannot read ${folder}: ${(error as Error).message}`,
      EXIT.usage,
      'Name a folder that `lab run` wrote; it prints the path at its end.',
    );
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
