import type { Condition, Operand } from '../../model/experiment';
import { GENERATOR_LATE_MS } from '../validity';

/** A condition, with the text that people read when it is true and when it is not. */
export interface Sign extends Condition {
  /** Divides the measured value. */
  relativeTo?: Operand;
  yes: string;
  no: string;
}

/** A cause is diagnosed when all of its signs are present. The first missing sign rules it out. */
export interface Cause {
  name: string;
  mechanism: string;
  signs: Sign[];
  tryNext: string[];
  /** The experiment that shows it, by its folder in loadtests/. */
  lesson: string;
  /** Causes that are part of this one's mechanism. They are not named beside it. */
  includes?: string[];
  /** Named only when nothing else fits, because its signs also occur in runs that another cause explains. */
  last?: true;
  /** Set when the cause is the lab, not the system. The run then says nothing about the system. */
  ofTheLab?: true;
}

/** Long enough that one slow scrape or one bad second does not count as a sign. */
export const SUSTAINED = { take: 'max', stepSeconds: 5 } as const;

export const requestsHarmed: Sign = {
  signal: 'harmed_routes',
  ...SUSTAINED,
  is: '>=',
  threshold: 1,
  yes: 'requests failed or took over a second',
  no: 'requests neither failed nor took over a second',
};

export const generatorOnTime: Sign = {
  signal: 'generator_delay',
  ...SUSTAINED,
  is: '<',
  threshold: GENERATOR_LATE_MS,
  yes: 'the load generator kept to its schedule',
  no: 'the load generator itself ran late',
};
