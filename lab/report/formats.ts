import { htmlReport } from './html';
import { jsonReport } from './json';
import { junitReport } from './junit';
import { markdownReport } from './markdown';
import type { Report } from './report';
import { textReport } from './text';
import { visible } from './visible';

/** A way to write reports down. */
export interface Format {
  name: string;
  /** Ending of a file of this format: what `--out` tells a format by. */
  extension: string;
  /** @param width of a line of text; default: as the terminal. */
  render(reports: Report[], width?: number): string;
}

/** Every format; to add one, write a file and a line here. */
export const FORMATS: Format[] = [
  { name: 'text', extension: '.txt', render: textReport },
  { name: 'md', extension: '.md', render: markdownReport },
  { name: 'json', extension: '.json', render: jsonReport },
  { name: 'html', extension: '.html', render: htmlReport },
  { name: 'junit', extension: '.xml', render: junitReport },
];

/** Recordings come from anywhere: what they hold must not steer a terminal or break a document. */
export function render(format: Format, reports: Report[], width?: number): string {
  const shown = reports.map(({ evidence, ...rest }) => ({ ...visible(rest), evidence }));
  return format.render(shown, width);
}
