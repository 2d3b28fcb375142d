import type { Comparison, Experiment, Measured, Operand, Window } from '../model/experiment';
import type { RunEvent } from '../model/events';
import type { Recording } from '../recording/recording';
import { signal, type Subject } from './signals';

/** All that a verdict may look at: the arms of one run, the judged one by its name. */
export interface Evidence extends Scope {
  experiment: Experiment;
}

/** What measuring needs of it. */
export interface Scope {
  experiment: { seconds: Experiment['seconds']; roles: Partial<Experiment['roles']> };
  arms: ReadonlyMap<string, Recording>;
  judged: string;
}

/** A value with the part of the run that it was measured in, ms since the run's start. */
export interface Measurement {
  value: number;
  from: number;
  to: number;
}

const COMPARE: Record<Comparison, (value: number, threshold: number) => boolean> = {
  '<': (value, threshold) => value < threshold,
  '<=': (value, threshold) => value <= threshold,
  '>': (value, threshold) => value > threshold,
  '>=': (value, threshold) => value >= threshold,
};

export function satisfies(value: number, { is, threshold }: Pick<Measured, 'is' | 'threshold'>): boolean {
  return COMPARE[is](value, threshold);
}

/** @returns undefined when the evidence holds no such value: the load never began, or nothing was seen. */
export function measure(operand: Operand, evidence: Scope): Measurement | undefined {
  const steps = stepsOf(operand, evidence);
  const { take = 'over' } = operand;
  if (take === 'over') return steps[0];
  const better = take === 'max' ? COMPARE['>'] : COMPARE['<'];
  return steps.reduce<Measurement | undefined>(
    (best, step) => (best === undefined || better(step.value, best.value) ? step : best),
    undefined,
  );
}

/** Of two values the quotient, where there is a second one that is not zero. */
export function measureQuotient(
  operand: Operand & { relativeTo?: Operand },
  evidence: Scope,
): Measurement | undefined {
  const measured = measure(operand, evidence);
  if (!measured || !operand.relativeTo) return measured;
  const base = measure(operand.relativeTo, evidence)?.value;
  return base ? { ...measured, value: measured.value / base } : undefined;
}

/** The first step in which the condition is true. */
export function firstCrossing(condition: Measured, evidence: Scope): Measurement | undefined {
  return stepsOf({ ...condition, take: 'max' }, evidence).find(({ value }) => satisfies(value, condition));
}

function stepsOf(operand: Operand, evidence: Scope): Measurement[] {
  const recording = evidence.arms.get(operand.arm ?? evidence.judged);
  const bounds = recording && boundsOf(operand.during, recording, evidence.experiment);
  if (!recording || !bounds) return [];
  const { over } = signal(operand.signal);
  const subject = subjectOf(operand, evidence.experiment);
  return split(bounds, operand).flatMap(([from, to]) => {
    const value = over(recording, subject, from, to);
    return value === undefined ? [] : [{ value, from, to }];
  });
}

/** Whose containers and requests an operand is about. */
export function subjectOf(
  operand: Pick<Operand, 'role' | 'name' | 'app'>,
  { roles }: Scope['experiment'],
): Subject {
  const requests = operand.role && roles[operand.role];
  const name = operand.name ?? requests?.name;
  return {
    app: operand.app ?? 'backend',
    ...(requests && { scenario: requests.scenario }),
    ...(name !== undefined && { name }),
  };
}

/**
 * The part of a run that a window means, ms since the run's start; undefined while it has not begun.
 * Fractions are of the planned load, so that a drain of any length does not move them.
 */
export function boundsOf(
  during: Window = [0, 'end'],
  recording: Recording,
  experiment: Scope['experiment'],
): [number, number] | undefined {
  const { loadFrom, until, run } = recording;
  if (loadFrom === undefined) return undefined;
  const planned = plannedSeconds(run, experiment) * 1000;
  const from = loadFrom + during[0] * planned;
  const to = during[1] === 'end' ? until : Math.min(loadFrom + during[1] * planned, until);
  return to > from ? [from, to] : undefined;
}

/**
 * How long the load of a recorded run was meant to last, in seconds: by what the run says of itself, so that its windows
 * stay where they were when the experiment becomes shorter or longer.
 */
export function plannedSeconds(
  { timeScale }: Pick<RunEvent, 'timeScale'>,
  { seconds }: Pick<Experiment, 'seconds'>,
): number {
  return Number((seconds.full / timeScale).toFixed(3));
}

function split([from, to]: [number, number], { take, stepSeconds = 1 }: Operand): [number, number][] {
  if (take === undefined || take === 'over') return [[from, to]];
  const steps: [number, number][] = [];
  for (let begin = from; begin + stepSeconds * 1000 <= to; begin += stepSeconds * 1000) {
    steps.push([begin, begin + stepSeconds * 1000]);
  }
  return steps;
}
