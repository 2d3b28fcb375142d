/** Stores the figures in bench/results.json and generates docs/performance.md from them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './harness/paths';
import type { Result } from './harness/result';
import { asMarkdown } from './harness/table';
import { SUBJECTS } from './subjects';

const RESULTS = join(ROOT, 'bench/results.json');
const PAGE = join(ROOT, 'docs/performance.md');
const BEGIN = '<!-- figures: npm run bench -- --save -->';
const END = '<!-- end of figures -->';

export function save(result: Result): void {
  const others = saved().filter(({ subject }) => subject !== result.subject);
  writeFileSync(RESULTS, `${JSON.stringify([...others, result], null, 2)}\n`);
  document();
}

function saved(): Result[] {
  return existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Result[]) : [];
}

/**
 * Generates the part of the page between its two marks from the stored figures. The rest is written by hand.
 */
function document(): void {
  const text = readFileSync(PAGE, 'utf8');
  const [before, after] = [text.split(BEGIN, 1)[0], text.split(END)[1]];
  const results = SUBJECTS.flatMap(({ name }) => saved().filter(({ subject }) => subject === name));
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${results.map(asMarkdown).join('\n')}\n${END}${after}`);
}
