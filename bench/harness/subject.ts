import type { HostWatch } from './host';
import type { Row } from './result';

export interface Conditions {
  host: HostWatch;
  /** The number of rounds, each of four measurements. */
  rounds: number;
  /** The length of one measurement, in seconds. */
  seconds: number;
  /** Take only the most telling measurements. */
  short: boolean;
  /** Reports a measurement that the table lacks, and how to get it. */
  skip(what: string): void;
}

/** Something measured against something else. */
export interface Subject {
  name: string;
  title: string;
  ours: string;
  theirs: string;
  /** What the host lacks for the whole subject, and how to get it. */
  missing?(): string | undefined;
  measure(conditions: Conditions): Promise<Row[]>;
}
