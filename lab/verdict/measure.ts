import type { RunEvent } from '../model/events';
import type { Comparator, Experiment, Condition, Operand, Window } from '../model/experiment';
import type { Recording } from '../recording/recording';
import { signal, type Subject } from './signals';

/** All that a verdict may look at: the arms of one run, the judged one by its name. */
export interface Evidence extends Scope {
  experiment: Experiment;
}

/** The part of the evidence that measuring needs. */
export interface Scope {
  experiment: { seconds: Experiment['seconds']; roles: Partial<Experiment['roles']> };
  arms: ReadonlyMap<string, Recording>;
  judgedArm: string;
}

/** A value with the window in which it was measured, ms since the run's start. */
export interface Measurement {
  value: number;
  from: number;
  to: number;
}

const COMPARE: Record<Comparator, (value: number, threshold: number) => boolean> = {
  '<': (value, threshold) => value < threshold,
  '<=': (value, threshold) => value <= threshold,
  '>': (value, threshold) => value > threshold,
  '>=': (value, threshold) => value >= threshold,
};

export function satisfies(value: number, { is, threshold }: Pick<Condition, 'is' | 'threshold'>): boolean {
  return COMPARE[is](value, threshold);
}

/** @returns undefined when the evidence holds no such value: the load never began, or nothing was seen. */
export function measure(operand: Operand, evidence: Scope): Measurement | undefined {
  return new Steps(operand, evidence).lookUntil().value;
}

/** The first step in which the condition is true. */
export function firstCrossing(condition: Condition, evidence: Scope): Measurement | undefined {
  return new Crossing(condition, evidence).by();
}

/**
 * The values of a signal in each step of an operand's window. To follow a run, look again as it goes on: each
 * step is measured once, when it is complete.
 */
export class Steps {
  private readonly seen: Measurement[] = [];
  private next?: number;

  constructor(
    private readonly operand: Operand,
    private readonly evidence: Scope,
  ) {}

  /** @param now ms since the run's start, never smaller than before; default: the whole recording. */
  lookUntil(now = Infinity): this {
    const bounds = this.bounds;
    const { take = 'whole' } = this.operand;
    if (!bounds || take === 'whole') return this;
    const step = (this.operand.stepSeconds ?? 1) * 1000;
    this.next ??= bounds[0];
    for (; this.next + step <= Math.min(now, bounds[1]); this.next += step) {
      const measured = this.measureIn(this.next, this.next + step);
      if (measured) this.seen.push(measured);
    }
    return this;
  }

  find(condition: (measured: Measurement) => boolean): Measurement | undefined {
    return this.seen.find(condition);
  }

  /** The operand as one number, so far: the largest or smallest step, or the whole window. */
  get value(): Measurement | undefined {
    const { take = 'whole' } = this.operand;
    if (take === 'whole') return this.bounds && this.measureIn(...this.bounds);
    const better = take === 'max' ? COMPARE['>'] : COMPARE['<'];
    return this.seen.reduce<Measurement | undefined>(
      (best, step) => (best === undefined || better(step.value, best.value) ? step : best),
      undefined,
    );
  }

  private measureIn(from: number, to: number): Measurement | undefined {
    const subject = subjectOf(this.operand, this.evidence.experiment);
    const value = signal(this.operand.signal).valueIn(this.recording!, subject, from, to);
    return value === undefined ? undefined : { value, from, to };
  }

  private get bounds(): [number, number] | undefined {
    return this.recording && boundsOf(this.operand.during, this.recording, this.evidence.experiment);
  }

  private get recording(): Recording | undefined {
    return this.evidence.arms.get(this.operand.arm ?? this.evidence.judgedArm);
  }
}

/** Finds the first step in which a condition is true, as a run goes on. */
export class Crossing {
  private readonly steps: Steps;

  constructor(
    private readonly condition: Condition,
    evidence: Scope,
  ) {
    this.steps = new Steps({ ...condition, take: 'max' }, evidence);
  }

  /** @param now as in Steps.lookUntil */
  by(now?: number): Measurement | undefined {
    return this.steps.lookUntil(now).find(({ value }) => satisfies(value, this.condition));
  }
}

/** The containers and requests that an operand is about. */
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
 * The bounds of a window, ms since the run's start; undefined while the window has not begun.
 * Fractions refer to the planned load, so the length of the drain does not move them.
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
 * The planned length of a recorded run's load, in seconds. It comes from the run itself, so its windows stay
 * in place when the experiment becomes shorter or longer.
 */
export function plannedSeconds(
  { timeScale }: Pick<RunEvent, 'timeScale'>,
  { seconds }: Pick<Experiment, 'seconds'>,
): number {
  return Number((seconds.full / timeScale).toFixed(3));
}
