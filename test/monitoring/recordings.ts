import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { readRecording } from '../../lab/recording/recorder';
import { Recording } from '../../lab/recording/recording';
import type { Replay } from '../support/replay';

const LOADTESTS = resolve(__dirname, '../../loadtests');
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

/** The golden runs of all experiments with all their arms. */
export function committedRecordings(): CommittedRun[] {
  const files = readdirSync(LOADTESTS)
    .map((experiment) => join(LOADTESTS, experiment, 'recordings', 'held'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)));
  return files.map((file, index) => {
    const events = readRecording(file);
    const recording = Recording.of(events);
    const scrapes = events.filter(({ type }) => type === 'scrape').map(({ t }) => t);
    const { experiment } = recording.run;
    const arm = basename(file, '.jsonl');
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
