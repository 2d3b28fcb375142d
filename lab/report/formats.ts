import { LabError } from '../model/errors';
import type { ComparisonReport } from './comparison';
import { comparisonMarkdown } from './comparison-markdown';
import { comparisonText } from './comparison-text';
import { htmlReport } from './html';
import { comparisonJson, jsonReport, sweepJson } from './json';
import { junitReport } from './junit';
import { markdownReport } from './markdown';
import type { Report } from './report';
import { type SweepReport, sweepMarkdown, sweepText } from './sweep';
import { textReport } from './text';
import { visible } from './visible';

/**
 * A format for reports. Not every format can show a comparison or a sweep. `width` is that of a line of text.
 */
export interface Format {
  name: string;
  /** File extension of this format; `--out` chooses the format by it. */
  extension: string;
  runs(reports: Report[], width?: number): string;
  comparison?(report: ComparisonReport, width?: number): string;
  sweep?(report: SweepReport, width?: number): string;
}

/** Every format. To add one, write a file and a line here. */
export const FORMATS: Format[] = [
  { name: 'text', extension: '.txt', runs: textReport, comparison: comparisonText, sweep: sweepText },
  {
    name: 'md',
    extension: '.md',
    runs: markdownReport,
    comparison: (report) => `${comparisonMarkdown(report)}\n`,
    sweep: sweepMarkdown,
  },
  { name: 'json', extension: '.json', runs: jsonReport, comparison: comparisonJson, sweep: sweepJson },
  { name: 'html', extension: '.html', runs: htmlReport },
  { name: 'junit', extension: '.xml', runs: junitReport },
];

/** The formats in which a comparison can be written. */
export const COMPARISON_FORMATS = FORMATS.filter(({ comparison }) => comparison).map(({ name }) => name);

/** The formats in which a sweep can be written. */
export const SWEEP_FORMATS = FORMATS.filter(({ sweep }) => sweep).map(({ name }) => name);

/** Recordings come from anywhere: their content must not steer a terminal or break a document. */
export function render(format: Format, reports: Report[], width?: number): string {
  const shown = reports.map(({ evidence, ...rest }) => ({ ...visible(rest), evidence }));
  return format.runs(shown, width);
}

/** @throws LabError (usage) for a format that cannot show a comparison. */
export function renderComparison(name: string, report: ComparisonReport, width?: number): string {
  const render = FORMATS.find((format) => format.name === name)?.comparison;
  if (!render) throw cannotShow('comparison', name, COMPARISON_FORMATS);
  return render(visible(report), width);
}

/** @throws LabError (usage) for a format that cannot show a sweep. */
export function renderSweep(name: string, report: SweepReport, width?: number): string {
  const render = FORMATS.find((format) => format.name === name)?.sweep;
  if (!render) throw cannotShow('sweep', name, SWEEP_FORMATS);
  return render(visible(report), width);
}

function cannotShow(what: string, format: string, allowed: string[]): LabError {
  return new LabError(
    `A ${what} cannot be written as ${format}.`,
    'usage',
    `Choose from: ${allowed.join(', ')}.`,
  );
}
