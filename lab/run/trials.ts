import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../model/errors';
import type { RunEvent } from '../model/events';
import { isRecording, readRecording, readRun } from '../recording/recorder';
import { Recording } from '../recording/recording';

export function readTrial(file: string): Recording {
  return Recording.of(readRecording(file));
}

/** What could be read of a folder's recordings, and what is wrong with the others. */
export interface ReadFolder<T> {
  read: { file: string; content: T }[];
  unreadable: { file: string; error: LabError }[];
}

/** The recordings of a folder. One damaged recording must not take the others with it. */
export function readTrials(folder: string): ReadFolder<Recording> {
  return readEach(folder, (file) => checked(file, readTrial(file)));
}

/** The first events of a folder's recordings, without reading the rest. */
export function readRuns(folder: string): ReadFolder<RunEvent> {
  return readEach(folder, readRun);
}

/** @throws LabError (usage) for a folder that cannot be read, or that holds nothing but damaged recordings. */
function readEach<T>(folder: string, read: (file: string) => T): ReadFolder<T> {
  const all: ReadFolder<T> = { read: [], unreadable: [] };
  for (const file of recordingsIn(folder)) {
    try {
      all.read.push({ file, content: read(file) });
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      all.unreadable.push({ file, error });
    }
  }
  const [first] = all.unreadable;
  if (first && all.read.length === 0) throw first.error;
  return all;
}

/** For a report: what was left out of it, and why. Empty if everything could be read. */
export function leftOutOf({ unreadable }: Pick<ReadFolder<unknown>, 'unreadable'>): { leftOut?: string[] } {
  return unreadable.length > 0 ? { leftOut: unreadable.map(({ error }) => error.message) } : {};
}

/** Durations are unpacked when they are needed, which is too late to leave a recording out. */
function checked(file: string, recording: Recording): Recording {
  try {
    for (const event of recording.requests) {
      recording.duration(event);
      recording.fromSchedule(event);
    }
    return recording;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    throw new LabError(`${file}: ${error.message}`, error.kind, error.hint);
  }
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
