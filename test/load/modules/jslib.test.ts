import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { summaryModule } from '../../../lab/load/embedded/modules/jslib/summary';
import type { SummaryData } from '../../../lab/load/embedded/metrics/summary';
import { linesOf } from '../script/temp-script';

const { textSummary, humanizeValue, jUnit } = summaryModule;

const read = <T>(file: string) => JSON.parse(readFileSync(join(__dirname, 'jslib', file), 'utf8')) as T;

/** What k6-summary 0.1.0 makes of summary-data.json. */
const original = read<{
  plain: string;
  indented: string;
  coloured: string;
  jUnit: string;
  bytes: string[];
  durations: string[];
}>('k6-summary.json');
const data = read<SummaryData>('summary-data.json');

describe('k6-summary', () => {
  test.each([
    ['plain', { enableColors: false }],
    ['indented', { indent: '>>', enableColors: false, summaryTimeUnit: 's' }],
    ['coloured', {}],
  ] as const)('textSummary has the layout of the original: %s', (name, options) => {
    expect(textSummary(data, options)).toBe(original[name]);
  });

  test('jUnit is the same as the original', () => {
    expect(jUnit(data, { name: 'a<b' })).toBe(original.jUnit);
  });

  test('humanizeValue is the same as the original', () => {
    const texts = (values: number[], contains: string) =>
      values.map((value) => humanizeValue(value, { type: 'trend', contains }, ''));
    expect(texts([0, 1, 999, 1000, 123456789], 'data')).toEqual(original.bytes);
    expect(texts([0, 0.0001, 0.5, 1.239, 999.999, 61234, 3723000], 'time')).toEqual(original.durations);
  });
});

test('findBetween gives null without a hit', async () => {
  const lines = await linesOf(`
    import { findBetween } from 'https://jslib.k6.io/k6-utils/1.4.0/index.js';
    export default function () {
      console.log(findBetween('<a><b>', '<', '>'), findBetween('<a><b>', '<', '>', true).join());
      console.log(findBetween('none', '<', '>'), findBetween('none', '<', '>', true), findBetween('<open', '<', '>'));
    }`);
  expect(lines).toEqual(['a a,b', 'null null null']);
});
