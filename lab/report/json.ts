import type { Report } from './report';

/** Grows when a field changes its meaning or goes; new fields may come without. Documented in docs/report.md. */
export const SCHEMA_VERSION = 1;

/** An array, one object for each run. */
export function jsonReport(reports: Report[]): string {
  return JSON.stringify(reports.map(plain), null, 2);
}

function plain({ title, run, verdict, prediction, changes, folder, repeat }: Report): object {
  return {
    schemaVersion: SCHEMA_VERSION,
    experiment: run.experiment,
    title,
    recording: folder,
    ...verdict,
    prediction,
    changes,
    repeat,
    run,
  };
}
