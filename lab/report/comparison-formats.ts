import { LabError } from '../model/errors';
import type { ComparisonReport } from './comparison';
import { comparisonMarkdown } from './comparison-markdown';
import { comparisonText } from './comparison-text';
import { SCHEMA_VERSION } from './json';
import { visible } from './visible';

const RENDER: Record<string, (report: ComparisonReport, width?: number) => string> = {
  text: comparisonText,
  md: (report) => `${comparisonMarkdown(report)}\n`,
  json: ({ name, title, comparison, folder, run }) =>
    JSON.stringify(
      { schemaVersion: SCHEMA_VERSION, experiment: name, title, recording: folder, ...comparison, run },
      null,
      2,
    ),
};

/** The formats in which a comparison can be written. */
export const COMPARISON_FORMATS = Object.keys(RENDER);

/** @throws LabError (usage) for a format that only single runs have. */
export function renderComparison(format: string, report: ComparisonReport, width?: number): string {
  const render = RENDER[format];
  if (!render) {
    throw new LabError(
      `A comparison cannot be written as ${format}.`,
      'usage',
      `Choose from: ${COMPARISON_FORMATS.join(', ')}.`,
    );
  }
  return render(visible(report), width);
}
