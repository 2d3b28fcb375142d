import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { readRecording } from '../../lab/recording/recorder';
import { Recording } from '../../lab/recording/recording';
import { comparisonText } from '../../lab/report/comparison-text';
import { columns, filled } from '../../lab/report/layout';
import { signalTable } from '../../lab/report/signal-table';
import { sweepText } from '../../lab/report/sweep';
import { compareFolder } from '../../lab/run/compare-folder';
import { sweepFolder } from '../../lab/run/sweep-folder';

const RECORDINGS = resolve(__dirname, '../../docs/recordings');
const HELD = resolve(__dirname, '../../loadtests/noisy-probe/recordings/held');
const WIDTHS = [40, 60, 80, 100, 120];

const linesOf = (text: string): string[] => stripVTControlCharacters(text).split('\n');
const wordsOf = (text: string): string[] =>
  stripVTControlCharacters(text).split(/\s+/).filter(Boolean).sort();

/** Too long, although it could have been broken at a space. */
const tooLong = (text: string, width: number): string[] =>
  linesOf(text).filter((line) => line.length > width && /\S\s+\S/.test(line));

describe('the comparison of noisy-probe', () => {
  const report = compareFolder(join(RECORDINGS, 'noisy-probe'));

  it.each(WIDTHS)('fits %i columns without breaking a word', (width) => {
    const text = comparisonText(report, width);
    expect(tooLong(text, width)).toEqual([]);
    const wide = new Set(wordsOf(comparisonText(report, 1000)));
    // In a list, the heads of the columns end with a colon.
    expect(wordsOf(text).filter((word) => !wide.has(word) && !wide.has(word.replace(/:$/, '')))).toEqual([]);
  });
});

describe('the sweep of db-pool-exhaust', () => {
  const report = sweepFolder(join(RECORDINGS, 'sweep-db'));

  it.each(WIDTHS)('fits %i columns', (width) => {
    expect(tooLong(sweepText(report, width), width)).toEqual([]);
  });
});

describe('the signals of a run with two kinds of requests', () => {
  const recording = Recording.of(readRecording(join(HELD, 'default.jsonl')));

  it.each(WIDTHS)('fit %i columns', (width) => {
    const text = signalTable(recording, width);
    expect(tooLong(text, width)).toEqual([]);
    expect(text).toContain('p95 latency');
  });
});

const words = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { maxLength: 5 }).map((some) => some.join(' '));

test('a table of any cells fits any width that its longest words allow, and loses no word', () => {
  const tables = fc
    .integer({ min: 1, max: 5 })
    .chain((size) =>
      fc.array(fc.array(words, { minLength: size, maxLength: size }), { minLength: 1, maxLength: 5 }),
    );
  fc.assert(
    fc.property(tables, fc.integer({ min: 24, max: 120 }), (rows, width) => {
      const lines = columns(rows, width);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      const shown = lines.join(' ').replaceAll(':', ' ');
      const [, ...body] = rows;
      for (const word of body.flat().flatMap((cell) => cell.split(' '))) expect(shown).toContain(word);
    }),
  );
});

test('pieces stay whole, and as many as fit share a line', () => {
  expect(filled('  1 s  ', ['offered 50/s', 'good 0/s', 'p95 2 s'], 32)).toEqual([
    '  1 s  offered 50/s  good 0/s',
    '       p95 2 s',
  ]);
});
