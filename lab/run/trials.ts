import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../model/errors';
import { isRecording, readRecording } from '../recording/recorder';
import { Recording } from '../recording/recording';

export function readTrial(file: string): Recording {
  return Recording.of(readRecording(file));
}

/** @throws LabError (usage) for a folder that cannot be read. */
export function recordingsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter(isRecording)
      .sort()
      .map((file) => join(folder, file));
  } catch (error) {
    throw new LabError(
      `Cannot read ${folder}: ${(error as Error).message}`,
      'usage',
      'Name a folder that `lab run`, `lab compare` or `lab sweep` wrote; it prints the path at its end.',
    );
  }
}

/** File of a run that may have repeats: the first has no number. */
export function trialFile(folder: string, name: string, repeat: number): string {
  return join(folder, `${name}${repeat > 1 ? `.${repeat}` : ''}.jsonl`);
}

/** Keeps a recording that is not to be judged, under a name that is not read. */
export function setAside(file: string): void {
  let number = 1;
  while (existsSync(`${file}.${number}.set-aside`)) number++;
  renameSync(file, `${file}.${number}.set-aside`);
}

/** Every other repeat in reverse (A B, B A, ...), so that a machine that warms up or slows down favours none. */
export function ordered<T>(items: T[], repeats: number): { item: T; repeat: number }[] {
  return Array.from({ length: repeats }, (_, index) => {
    const order = index % 2 === 0 ? items : [...items].reverse();
    return order.map((item) => ({ item, repeat: index + 1 }));
  }).flat();
}
