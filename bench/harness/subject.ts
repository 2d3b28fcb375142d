import type { HostWatch } from './host';
import type { Row } from './result';

export interface Conditions {
  host: HostWatch;
  /** Rounds of four measurements. */
  rounds: number;
  /** Length of one measurement. */
  seconds: number;
  /** Only what tells most in least time. */
  short: boolean;
  /** Says what a table lacks, and how to get it. */
  skip(what: string): void;
}

/** Something that is measured against something else. */
export interface Subject {
  name: string;
  title: string;
  ours: string;
  theirs: string;
  /** What the host lacks for all of it, and how to get it. */
  missing?(): string | undefined;
  measure(conditions: Conditions): Promise<Row[]>;
}
