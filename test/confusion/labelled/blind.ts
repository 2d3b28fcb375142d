import type { LabelledRun } from '../labelled';

/** Runs that were designed without sight of the rules of the diagnosis. They are reported apart. */
export const BLIND: LabelledRun[] = [];
