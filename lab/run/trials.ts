import { existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../model/errors';
import type { RunEvent, RunPart } from '../model/events';
import { isRecording, readRecording, readRun } from '../recording/recorder';
import { Recording } from '../recording/recording';
import { brokenOff } from '../verdict/validity';

export function readTrial(file: string): Recording {
  return Recording.of(readRecording(file));
}

/** What could be read of several files or folders, and what is wrong with the others. */
export interface ReadEach<T> {
  read: { file: string; content: T }[];
  unreadable: { file: string; error: LabError }[];
}

/** The recordings of a folder. One damaged recording must not take the others with it. */
export function readTrials(folder: string): ReadEach<Recording> {
  return atLeastOne(readEach(recordingsIn(folder), readTrial));
}

/** The first events of a folder's recordings, without reading the rest. */
export function readRuns(folder: string): ReadEach<RunEvent> {
  return atLeastOne(readEach(recordingsIn(folder), readRun));
}

export function readEach<T>(files: string[], read: (file: string) => T): ReadEach<T> {
  const all: ReadEach<T> = { read: [], unreadable: [] };
  for (const file of files) {
    try {
      all.read.push({ file, content: read(file) });
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      all.unreadable.push({ file, error });
    }
  }
  return all;
}

/** @throws LabError if there is nothing but what cannot be read: that of the first. */
export function atLeastOne<T>(all: ReadEach<T>): ReadEach<T> {
  const [first] = all.unreadable;
  if (first && all.read.length === 0) throw first.error;
  return all;
}

/** For a report: what was left out of it, and why. Empty if nothing was. */
export function leftOutOf(
  { unreadable }: Pick<ReadEach<unknown>, 'unreadable'>,
  broken: string[] = [],
): { leftOut?: string[] } {
  const leftOut = [...unreadable.map(({ error }) => error.message), ...broken];
  return leftOut.length > 0 ? { leftOut } : {};
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

/** The folders in a folder that hold recordings, e.g. the runs in a folder given with --out. */
export function runsBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .filter((path) => recordingsIn(path).length > 0)
    .sort();
}

const MOST_NAMED = 10;

/** The error for a folder without a recording that can be judged. It names the runs below the folder. */
export function noRecording(path: string): LabError {
  const below = isFolder(path) ? runsBelow(path) : [];
  if (below.length === 0) {
    return new LabError(`${path} holds no recording.`, 'usage', 'Name a folder that `lab run` wrote.');
  }
  const named = below.slice(-MOST_NAMED).join(', ');
  const more = below.length > MOST_NAMED ? ` (the last ${MOST_NAMED} of ${below.length})` : '';
  return new LabError(
    `${path} holds no recording itself, but ${below.length === 1 ? 'a run' : 'several runs'}.`,
    'usage',
    `Name one of them: ${named}${more}`,
  );
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * Separates whole runs from those that broke off. The latter served less only because they were shorter, so
 * averages must not contain them.
 * @returns also, for each broken run, its name and what happened to it
 */
export function wholeTrials<T extends { recording: Recording; repeat: number }>(
  trials: T[],
  nameOf: (trial: T) => string,
): { whole: T[]; broken: string[] } {
  const why = trials.map(({ recording }) => brokenOff(recording));
  return {
    whole: trials.filter((_, index) => why[index] === undefined),
    broken: trials.flatMap((trial, index) =>
      why[index] === undefined ? [] : [`${nameOf(trial)}, repeat ${trial.repeat}: ${why[index]}`],
    ),
  };
}

/** Whether the file holds the recording of a whole run. A damaged recording is none. */
export function isWhole(file: string): boolean {
  if (!existsSync(file)) return false;
  return readEach([file], readTrial).read.some(({ content }) => brokenOff(content) === undefined);
}

/** Whether there is anything to report. */
export function hasWholeTrial(folder: string): boolean {
  return existsSync(folder) && recordingsIn(folder).some(isWhole);
}

/** The error for a folder of a comparison or sweep without any whole run. */
export function nothingWhole(folder: string, of: RunPart['of'], broken: string[]): LabError {
  return broken.length === 0
    ? new LabError(`${folder} holds no ${of}.`, 'usage', `Name a folder that \`lab ${COMMAND[of]}\` wrote.`)
    : new LabError(
        `${folder} holds no whole run of a ${of}: ${broken.join('; ')}`,
        'inconclusive',
        `Continue it: repeat the command of the ${of} with --into ${folder}`,
      );
}

const COMMAND = { comparison: 'compare', sweep: 'sweep' } as const;

/** File of a run that may have repeats. The first repeat has no number. */
export function trialFile(folder: string, name: string, repeat: number): string {
  return join(folder, `${name}${repeat > 1 ? `.${repeat}` : ''}.jsonl`);
}

/**
 * Renames a recording that must not be judged, so that no command reads it.
 * @returns its new name
 */
export function setAside(file: string): string {
  let number = 1;
  while (existsSync(`${file}.${number}.set-aside`)) number++;
  const aside = `${file}.${number}.set-aside`;
  renameSync(file, aside);
  return aside;
}

/** Reverses every other repeat (A B, B A, ...): a machine that warms up or slows down then favours no item. */
export function ordered<T>(items: T[], repeats: number): { item: T; repeat: number }[] {
  return Array.from({ length: repeats }, (_, index) => {
    const order = index % 2 === 0 ? items : [...items].reverse();
    return order.map((item) => ({ item, repeat: index + 1 }));
  }).flat();
}
