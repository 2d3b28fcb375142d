import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { renderComparison, renderSweep } from '../../lab/report/formats';
import { FORMATS, render } from '../../lab/report/formats';
import { compareFolder, seriesOf } from '../../lab/run/compare-folder';
import { judgeRun } from '../../lab/run/judge-run';
import { sweepFolder } from '../../lab/run/sweep-folder';

const PROJECT = resolve(__dirname, '../..');
const HELD = join(PROJECT, 'loadtests', 'noisy-probe', 'recordings', 'held');
const DOCS = join(PROJECT, 'docs', 'recordings');

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'lab-damaged-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const put = (from: string, name: string): void => copyFileSync(from, join(folder, name));
const write = (name: string, content: string | Buffer): void => writeFileSync(join(folder, name), content);

/** Kinds of damage, each as the content of a recording. */
const DAMAGES: [what: string, content: () => string][] = [
  ['a line that is no event', () => withLine(9, 'nonsense')],
  ['a field of the wrong type', () => withLine(9, '{"type":"host","t":"soon"}')],
  ['a histogram that cannot be read', () => lines().map(withoutHistogram).join('\n')],
  ['nothing in it', () => ''],
  ['another format', () => withLine(0, lines()[0]!.replace('"format":1', '"format":99'))],
];
const lines = (): string[] => readFileSync(join(HELD, 'patient-probe.jsonl'), 'utf8').split('\n');
const withLine = (index: number, line: string): string => lines().with(index, line).join('\n');
const withoutHistogram = (line: string): string =>
  line.replace(/"duration":"[^"]{8}/, '"duration":"AAAAAAAA');

describe.each(DAMAGES)('a recording with %s', (_, content) => {
  beforeEach(() => {
    put(join(HELD, 'default.jsonl'), 'default.jsonl');
    write('patient-probe.jsonl', content());
  });

  it('does not hide the good one beside it, and every report names it', () => {
    const report = judgeRun(folder);
    expect(report.verdict.diagnosis.cause).toBe('liveness probe');
    expect(report.leftOut).toEqual([expect.stringContaining('patient-probe')]);
    for (const format of FORMATS.filter(({ name }) => name !== 'html')) {
      expect(render(format, [report]).replaceAll('\\', '')).toContain('patient-probe.jsonl');
    }
  });

  it('makes the claims that need it inconclusive, and no other', () => {
    const { findings } = judgeRun(folder).verdict;
    const unclear = findings
      .filter(({ result }) => result !== 'held')
      .map(({ id, result }) => `${id} ${result}`);
    expect(unclear).toEqual([
      'worse-than-patient inconclusive',
      'patient-loses-nothing inconclusive',
      'patient-lives inconclusive',
    ]);
  });

  it('is refused when it is the one to judge', () => {
    expect(() => judgeRun(join(folder, 'patient-probe.jsonl'))).toThrow('patient-probe.jsonl');
  });
});

test('a folder of damaged recordings only is refused with the name of one', () => {
  write('default.jsonl', 'nonsense');
  expect(() => judgeRun(folder)).toThrow('default.jsonl:1 is not an event of a recording');
  expect(() => compareFolder(folder)).toThrow('default.jsonl:1 is not an event of a recording');
});

test('a comparison and a sweep go on without a damaged recording, and name it', () => {
  const all = join(DOCS, 'noisy-probe');
  put(join(all, 'default.jsonl.gz'), 'default.jsonl.gz');
  put(join(all, 'patient-probe.jsonl.gz'), 'patient-probe.jsonl.gz');
  write('a-first-one.jsonl', 'nonsense');
  expect(seriesOf(folder)).toBe('comparison');
  const comparison = compareFolder(folder);
  expect(comparison.comparison.rows.map(({ arm }) => arm)).toEqual(['default', 'patient-probe']);
  for (const format of ['text', 'md', 'json']) {
    expect(renderComparison(format, comparison)).toContain('a-first-one.jsonl');
  }
  rmSync(folder, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), 'lab-damaged-'));
  put(join(DOCS, 'sweep-cpu', 'backend.replicas=1.jsonl.gz'), 'backend.replicas=1.jsonl.gz');
  write('backend.replicas=2.jsonl', 'nonsense');
  const sweep = sweepFolder(folder);
  expect(sweep.sweep.points).toHaveLength(1);
  for (const format of ['text', 'md', 'json']) {
    expect(renderSweep(format, sweep).replaceAll('\\', '')).toContain('replicas=2.jsonl');
  }
});

test.each([0.3, 0.6, 0.95, 0.999])(
  'a packed recording that is cut off at %d of its bytes is judged as inconclusive',
  (share) => {
    const packed = gzipSync(
      readFileSync(join(PROJECT, 'loadtests/cpu-stress/recordings/held/default.jsonl')),
    );
    write('default.jsonl.gz', packed.subarray(0, Math.floor(share * packed.length)));
    const { outcome, why } = judgeRun(folder).verdict;
    expect(outcome).toBe('inconclusive');
    expect(why).toContain('cut off');
  },
);

test('a packed recording with a damaged middle is refused', () => {
  const packed = gzipSync(readFileSync(join(PROJECT, 'loadtests/cpu-stress/recordings/held/default.jsonl')));
  write('default.jsonl.gz', packed.fill(0x55, 2000, 3000));
  expect(() => judgeRun(folder)).toThrow('default.jsonl.gz');
});
