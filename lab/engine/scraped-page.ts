import type { Sample } from '../model/engine';
import { parseExposition } from './exposition';
import { addTargetLabels } from './samples';

/**
 * The samples of a target's page, and how long the target took to answer: Prometheus adds the same series. A
 * process that cannot answer a scrape cannot answer anybody else.
 */
export function scrapedPage(text: string, labels: Record<string, string>, seconds: number): Sample[] {
  const own: Sample = { name: 'scrape_duration_seconds', labels: {}, value: Number(seconds.toFixed(3)) };
  return [...parseExposition(text), own].map((sample) => addTargetLabels(sample, labels));
}
