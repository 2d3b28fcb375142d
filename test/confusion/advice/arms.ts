import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TriedAdvice } from '../../../lab/model/events';
import { advisedItems } from '../../../lab/run/advice';
import { readTrial } from '../../../lab/run/trials';
import { settingsOf } from '../../../lab/verdict/advice/advice';
import { diagnose } from '../../../lab/verdict/diagnosis';
import type { LabelledRun } from '../labelled';
import { LABELLED } from '../labelled/all';
import { recordingOf } from '../matrix';
import { named } from '../named';
import { TRIED } from './tried';

export const RECORDINGS = join(__dirname, 'recordings');

/** The arm without any advice. */
export const AS_IT_IS = 'as-it-is';

/** A piece of advice as an arm: advice-1, advice-2 and so on, in the order of the diagnosis. */
export interface AdvisedArm extends TriedAdvice {
  name: string;
}

export interface TriedRun {
  cause: string;
  run: LabelledRun;
}

export const TRIED_RUNS: TriedRun[] = TRIED.map(({ cause, run }) => ({ cause, run: named(run, LABELLED) }));

/** The arms that try what the diagnosis of the run's committed recording advises. */
export function armsOf(run: LabelledRun): AdvisedArm[] {
  return advisedItems(diagnose(readTrial(recordingOf(run)))).flatMap(({ name, part }) =>
    part.of === 'comparison' && part.advice ? [{ name, ...part.advice }] : [],
  );
}

/** The same run with the settings of the advice. */
export function advised(run: LabelledRun, { set }: TriedAdvice): LabelledRun {
  return { ...run, set: [...(run.set ?? []), ...settingsOf(set)] };
}

/** The file of an arm's recording. Rounds count from 1. */
export function armFile(run: LabelledRun, arm: string, round: number, folder = RECORDINGS): string {
  return join(folder, `${run.name}.${arm}.${round}.jsonl.gz`);
}

const FILE = /^(?<run>.+)\.(?<arm>as-it-is|advice-\d+)\.(?<round>\d+)\.jsonl\.gz$/;

/** The recordings of arms in a folder, by the parts of their names. None if there is no such folder. */
export function recordedArms(folder = RECORDINGS): { run: string; arm: string; round: number }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => {
    const parts = FILE.exec(file)?.groups;
    return parts ? [{ run: parts.run!, arm: parts.arm!, round: Number(parts.round) }] : [];
  });
}
