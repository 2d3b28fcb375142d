import type { RunEvent } from '../model/events';
import { type Diagnosis, isOfClients } from '../verdict/diagnosis';
import type { Evidence } from '../verdict/measure';
import type { PredictionPart } from '../verdict/prediction';
import type { PartScore, Score } from '../verdict/score';
import type { Verdict } from '../verdict/verdict';

/** Everything that a reader of a run needs. Every format renders this and nothing else. */
export interface Report extends Repetition {
  /** One sentence on the experiment. */
  title: string;
  /** The experiment's lesson, as Markdown. */
  lesson: string;
  run: RunEvent;
  verdict: Verdict;
  /** The prediction made before the load began, compared with the evidence. */
  prediction?: Score;
  /** The recordings behind the verdict, for formats that draw them. */
  evidence: Evidence;
  /** How to do the runs of the other arms again. */
  others: ({ arm: string } & Repetition)[];
  /** Where the recordings are. */
  folder: string;
  /** Recordings beside the judged one that could not be read, with the reasons. */
  leftOut?: string[];
}

/** What it takes to do a run again. */
export interface Repetition {
  /** Settings that differ from their defaults. */
  changes: ChangedSetting[];
  /** The command line that runs the same again. */
  repeat: string;
  /** Settings that this command lacks, because this version of the lab does not allow their values. */
  notRepeated?: string[];
}

export interface ChangedSetting {
  path: string;
  value: string;
  default: string;
}

export function lengthOf({ length, timeScale }: RunEvent): string {
  if (length === 'full') return 'full: the original durations';
  return `compressed by a factor of ${Number(timeScale.toPrecision(2))} (plateaus and ramps shrink; rates, sizes and timeouts do not); --full restores the original durations`;
}

export function engineOf({ engine, load, atOnce = 1 }: RunEvent): string {
  const beside = atOnce > 1 ? `, ${atOnce} experiments at a time` : '';
  return `${engine.name} engine, ${load.runner} load generator${beside}`;
}

export function versionsOf({ versions }: RunEvent): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

/** A sentence for each recording that is not part of the report. */
export function leftOutOf({ leftOut = [] }: { leftOut?: string[] }): string[] {
  return leftOut.map((why) => `Left out: ${why}`);
}

/** A sentence for each setting that the command of the report does not repeat. */
export function notRepeatedOf({ notRepeated = [] }: Pick<Repetition, 'notRepeated'>): string[] {
  return notRepeated.map((setting) => `${setting}: this version of the lab does not allow it any more`);
}

export function changesOf({ changes }: Report): string {
  if (changes.length === 0) return 'all at their defaults';
  return changes.map((change) => `${change.path} = ${change.value} (default ${change.default})`).join(', ');
}

export const NOT_MEASURED = 'not measured';

/** "cpu limit or event-loop block: ...". */
export function decisionInWords({ causes, by }: Diagnosis['toDecide'][number]): string {
  return `${causes.join(' or ')}: ${by}`;
}

/** One line for each way in which requests of a route were harmed, with what explains it. */
export function harmsOf({ harms }: Diagnosis): string[] {
  return harms.map(({ says, where, causes }) => {
    const explained = causes.length > 0 ? causes.join(' and ') : 'not explained';
    return `${says}${where === undefined ? '' : ` (${where})`}: ${explained}`;
  });
}

/** The requests that suffered, each as `show` writes it. */
export function whoSuffered(diagnosis: Diagnosis, show = (name: string): string => name): string {
  if (!isOfClients(diagnosis)) return NOT_MEASURED;
  return diagnosis.suffered.map(show).join(', ') || 'nobody';
}

/** "12 of 12 claims held", after the reason if there is one. */
export function countsOf({ why, findings }: Verdict): string {
  const held = findings.filter(({ result }) => result === 'held').length;
  return `${why ? `${why}; ` : ''}${held} of ${findings.length} claims held`;
}

/** "none" only if every symptom was looked for. */
export function firstSymptomOf({ firstSymptom, unknownSymptoms }: Diagnosis): string {
  if (firstSymptom) return sighted(firstSymptom);
  if (unknownSymptoms.length === 0) return 'none';
  return `none was seen; ${NOT_MEASURED}: ${unknownSymptoms.join(', ')}`;
}

export function sighted({ says, atSeconds }: { says: string; atSeconds?: number }): string {
  return atSeconds === undefined ? says : `${says}, ${atSeconds} s after the load began`;
}

const PART_TITLES: Record<PredictionPart, string> = {
  cause: 'what fails',
  first: 'what is noticed first',
  at: 'when',
  victim: 'who suffers',
};

/** "3 of 4 right". */
export function scoreOf({ right, parts }: Score): string {
  return `${right} of ${parts.length} right`;
}

/** "what fails: cpu limit (right)". */
export function partOf({ part, predicted, mark }: PartScore): string {
  return `${PART_TITLES[part]}: ${predicted} (${mark === 'open' ? 'cannot tell' : mark})`;
}
