import { LabError } from '../model/errors';
import { pageAssets } from '../watch/assets';
import { standalonePage } from '../watch/html';
import { eventsOf } from '../watch/replay';
import type { Report } from './report';
import { visible } from './visible';

/**
 * One file with the page and everything that it shows; it needs no network and no other file.
 * @throws LabError (usage) for several runs.
 */
export function htmlReport(reports: Report[]): string {
  const [report, ...others] = reports;
  if (!report || others.length > 0) {
    throw new LabError(
      `An HTML report shows one run; ${reports.length} were named.`,
      'usage',
      'Write one file for each run, or use -o md for several runs.',
    );
  }
  // Frames hold only numbers. Everything else may hold any text.
  const events = eventsOf(report, 'report').map((event) =>
    event.type === 'frames' ? event : visible(event),
  );
  return standalonePage(`${report.run.experiment}: ${report.title}`, events, pageAssets());
}
