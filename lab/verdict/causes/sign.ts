import type { Condition, Operand } from '../../model/experiment';

/** A condition with what it means for people when it is true, and when it is not. */
export interface Sign extends Condition {
  /** Divides the measured value. */
  relativeTo?: Operand;
  yes: string;
  no: string;
}

/** A cause is diagnosed when all of its signs are there; the first sign that is not rules it out. */
export interface Cause {
  name: string;
  mechanism: string;
  signs: Sign[];
  tryNext: string[];
  /** The experiment that shows it, by its folder in loadtests/. */
  lesson: string;
  /** Causes that are part of this one's mechanism: seen beside it, they are not named as well. */
  includes?: string[];
  /** Named only when nothing else fits: its signs are there in many runs that something else explains. */
  last?: true;
  /** It is the lab, not the system: nothing can be said of the system. */
  ofTheLab?: true;
}

/** Long enough that one slow scrape or one unlucky second is no sign. */
export const SUSTAINED = { take: 'max', stepSeconds: 5 } as const;

export const requestsHarmed: Sign = {
  signal: 'harmed_routes',
  ...SUSTAINED,
  is: '>=',
  threshold: 1,
  yes: 'requests failed or took over a second',
  no: 'no request failed or took long',
};
