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
      'Name a folder that `lab run`, `lab compare` or `lab sweep` wrote. Each prints the path at its end.',
    );
  }
}

/** File of a run that may have repeats. The first repeat has no number. */
export function trialFile(folder: string, name: string, repeat: number): string {
  return join(folder, `${name}${repeat > 1 ? `.${repeat}` : ''}.jsonl`);
}

/** Renames a recording that must not be judged, so that no command reads it. */
export function setAside(file: string): void {
  let number = 1;
  while (existsSync(`${file}.${number}.set-aside`)) number++;
  renameSync(file, `${file}.${number}.set-aside`);
}

/** Reverses every other repeat (A B, B A, ...): a machine that warms up or slows down then favours no item. */
export function ordered<T>(items: T[], repeats: number): { item: T; repeat: number }[] {
  return Array.from({ length: repeats }, (_, index) => {
    const order = index % 2 === 0 ? items : [...items].reverse();
    return order.map((item) => ({ item, repeat: index + 1 }));
  }).flat();
}
