import type { ComparisonReport } from './comparison';
import type { Report } from './report';
import type { SweepReport } from './sweep';

/** Grows when a field changes its meaning or is removed, not for new fields. Documented in docs/report.md. */
export const SCHEMA_VERSION = 1;

/** An array with one object per run. */
export function jsonReport(reports: Report[]): string {
  return JSON.stringify(reports.map(plain), null, 2);
}

export function comparisonJson({ name, title, comparison, leftOut, folder, run }: ComparisonReport): string {
  return JSON.stringify(
    {
      schemaVersion: SCHEMA_VERSION,
      experiment: name,
      title,
      recording: folder,
      ...comparison,
      leftOut,
      run,
    },
    null,
    2,
  );
}

export function sweepJson({ name, title, sweep, leftOut, folder, run }: SweepReport): string {
  return JSON.stringify(
    { schemaVersion: SCHEMA_VERSION, experiment: name, title, recording: folder, ...sweep, leftOut, run },
    null,
    2,
  );
}

function plain(report: Report): object {
  const { title, run, verdict, prediction, changes, folder, leftOut, repeat, notRepeated } = report;
  return {
    schemaVersion: SCHEMA_VERSION,
    experiment: run.experiment,
    title,
    recording: folder,
    leftOut,
    ...verdict,
    prediction,
    changes,
    repeat,
    notRepeated,
    run,
  };
}
