import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { LabError } from '../model/errors';
import type { RunPart, TriedAdvice } from '../model/events';
import type { Experiment } from '../model/experiment';
import type { Recording } from '../recording/recording';
import { evidenceOf, troubleOf } from '../verdict/comparison/comparison';
import { mean } from '../verdict/comparison/interval';
import { plannedSeconds } from '../verdict/measure';
import { armProps, recordOne, type RunOptions } from './record';
import { withoutSecrets } from './settings';
import { isWhole, ordered, readEach, readTrial, recordingsIn, setAside, trialFile } from './trials';

/** One of the systems to compare: an arm, or a point of a sweep. */
export interface Item {
  /** File name of its recordings, without repeat number and extension. */
  name: string;
  arm: string;
  /** Settings in addition to those of the command line, in the form of `--set`. */
  set: string[];
  part: { of: 'comparison'; advice?: TriedAdvice } | { of: 'sweep'; point: Record<string, number> };
}

export interface RunSeries {
  id: string;
  folder: string;
  name: string;
  experiment: Experiment;
  items: Item[];
  repeats: number;
}

/** Estimate of a run's time outside its load (start, drain, end), used until one run has been measured. */
const OVERHEAD_SECONDS = 12;
const DEFAULT_SEED = 1;

/**
 * Runs every item `repeats` times and records the runs in one folder. Complete recordings in the folder are
 * kept and not run again, so an interrupted series can be continued. One that broke off or is damaged is set
 * aside, and its run is done again. A run in which the machine was the
 * bottleneck is set aside and repeated once.
 * @param run records one run
 * @throws LabError (usage) when the folder holds recordings of another series
 */
export async function recordSeries(
  series: RunSeries,
  options: RunOptions,
  run: typeof recordOne = recordOne,
): Promise<void> {
  const { folder, items, repeats, experiment } = series;
  const found = readEach(existsSync(folder) ? recordingsIn(folder) : [], readTrial);
  for (const { error } of found.unreadable) console.error(`Not usable: ${error.message}`);
  const existing = found.read.map(({ content }) => content);
  const seed = options.seed ?? seedOf(existing) ?? DEFAULT_SEED;
  existing.forEach((recording) => checkSame(recording, series, options, seed));
  const plan = ordered(items, repeats).filter(
    ({ item, repeat }) => !isWhole(trialFile(folder, item.name, repeat)),
  );
  const took = existing.flatMap(({ end }) => (end?.reason === 'completed' ? end.t / 1000 : []));
  for (const [index, { item, repeat }] of plan.entries()) {
    if (options.signal.aborted) break;
    const each = took.length > 0 ? mean(took) : experiment.seconds[options.length] + OVERHEAD_SECONDS;
    const minutes = Math.ceil((each * (plan.length - index)) / 60);
    console.error(
      `\nrun ${index + 1} of ${plan.length}: ${item.name}, repeat ${repeat}; about ${minutes} min left`,
    );
    const seeded = { ...options, seed: seed + repeat - 1 };
    const recorded = await record(series, item, repeat, seeded, run).catch((error: unknown) => {
      howToContinue(folder);
      throw error;
    });
    if (recorded?.end) took.push(recorded.end.t / 1000);
  }
  if (options.signal.aborted) howToContinue(folder);
}

/** @returns the last recording; undefined when the run was interrupted before anything was recorded. */
async function record(
  series: RunSeries,
  item: Item,
  repeat: number,
  options: RunOptions,
  run: typeof recordOne,
): Promise<Recording | undefined> {
  const file = trialFile(series.folder, item.name, repeat);
  if (existsSync(file)) console.error(`${file} holds no whole run; it is kept as ${setAside(file)}`);
  const attempt = async (part: RunPart): Promise<Recording | undefined> => {
    const { id, name, experiment } = series;
    const changed = { ...options, set: [...options.set, ...item.set] };
    await run({ id, file, name, experiment, arm: item.arm, part }, changed);
    return existsSync(file) ? readTrial(file) : undefined;
  };
  const first = await attempt({ ...item.part, repeat });
  if (options.signal.aborted || !first) return first;
  const trouble = troubleOf(evidenceOf(item.arm, first, series.experiment));
  if (trouble === undefined) return first;
  console.error(`inconclusive, ${trouble}; repeating the run once`);
  setAside(file);
  return attempt({ ...item.part, repeat, attempt: 2 });
}

function howToContinue(folder: string): void {
  if (existsSync(folder)) console.error(`Complete runs are kept. Continue with --into ${folder}`);
}

function seedOf(recordings: Recording[]): number | undefined {
  const [first] = recordings;
  const { load, part } = first?.run ?? {};
  return load?.seed === undefined ? undefined : load.seed - ((part?.repeat ?? 1) - 1);
}

function checkSame({ run }: Recording, series: RunSeries, options: RunOptions, seed: number): void {
  const { folder, name, items, experiment } = series;
  const kind = items[0]?.part.of;
  const item = items.find(
    ({ arm, part }) =>
      arm === run.arm &&
      (part.of !== 'sweep' || (run.part?.of === 'sweep' && isDeepStrictEqual(part.point, run.part.point))),
  );
  const settings = item && armProps(experiment, item.arm, { ...options, set: [...options.set, ...item.set] });
  const differs =
    (run.experiment !== name && `is of ${run.experiment}, not of ${name}`) ||
    (run.part?.of !== kind && `is not of a ${kind}`) ||
    (run.length !== options.length && `is of ${run.length} length`) ||
    (plannedSeconds(run, experiment) !== experiment.seconds[run.length] &&
      `lasted ${plannedSeconds(run, experiment)} s, not ${experiment.seconds[run.length]} s`) ||
    (run.load.seed !== seed + (run.part?.repeat ?? 1) - 1 && `has the seed ${String(run.load.seed)}`) ||
    (settings && !isDeepStrictEqual(plain(withoutSecrets(settings)), run.props) && 'has other settings');
  if (differs) {
    throw new LabError(
      `${folder} cannot be continued: its recording of the arm ${run.arm} ${differs}.`,
      'usage',
      'Name another folder with --into, or leave out --into for a new one.',
    );
  }
}

/** The value as a recording would give it back. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
