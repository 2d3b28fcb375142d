import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { readRecording } from '../../lab/recording/recorder';
import { Recording } from '../../lab/recording/recording';
import type { Replay } from '../support/replay';

const LOADTESTS = resolve(__dirname, '../../loadtests');
const LABELLED = resolve(__dirname, '../confusion/labelled/recordings');
/** Any moment, the same in every run of the tests. Each recording gets an hour of its own. */
const BASE = Date.UTC(2026, 0, 1) / 1000;
const HOUR = 3600;

export interface CommittedRun extends Replay {
  experiment: string;
  arm: string;
  title: string;
  recording: Recording;
  /** The times of the lab's scrapes, in ms since the run's start. */
  scrapes: number[];
}

/** Runs with calls, queries and tasks of a service that tells the stages of its requests. */
export const WITH_STAGES = [
  'sockets-60-calls-a-second',
  'sockets-fan-out',
  'sockets-and-busy-pool',
  'io-and-busy-pool',
  'shed-and-busy-pool',
  'one-thread-and-busy-pool',
  'one-thread-48-a-second',
  'cpu-45-a-second',
];

/**
 * The golden runs of all experiments with all their arms.
 * @param labelled the names of labelled runs that are wanted, too
 */
export function committedRecordings(labelled: readonly string[] = []): CommittedRun[] {
  const held = readdirSync(LOADTESTS)
    .map((experiment) => join(LOADTESTS, experiment, 'recordings', 'held'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)));
  const more = labelled.map((name) => join(LABELLED, `${name}.jsonl.gz`));
  return [...held, ...more].map((file, index) => {
    const events = readRecording(file);
    const recording = Recording.of(events);
    const scrapes = events.filter(({ type }) => type === 'scrape').map(({ t }) => t);
    const { experiment } = recording.run;
    const arm = basename(file).replace(/\.jsonl(\.gz)?$/, '');
    return {
      file,
      base: BASE + index * HOUR,
      experiment,
      arm,
      title: `${experiment}/${arm}`,
      recording,
      scrapes,
    };
  });
}
