import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { COMPARISON_FORMATS, renderComparison, renderSweep, SWEEP_FORMATS } from '../../lab/report/formats';
import { compareFolder } from '../../lab/run/compare-folder';
import { sweepFolder } from '../../lab/run/sweep-folder';

const MEASURED = resolve(__dirname, '../../docs/recordings');

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'lab-broken-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const linesOf = (name: string): string[] =>
  gunzipSync(readFileSync(join(MEASURED, `${name}.jsonl.gz`)))
    .toString()
    .trimEnd()
    .split('\n');

const put = (name: string, lines: string[]): void =>
  writeFileSync(join(folder, name), lines.join('\n') + '\n');

/** The first half of a run and the end of an interrupted one. */
function interrupted(lines: string[]): string[] {
  const half = lines.slice(0, lines.length / 2);
  const { t } = JSON.parse(lines.at(-1)!);
  return [...half, JSON.stringify({ type: 'end', t, reason: 'interrupted' })];
}

describe('a comparison with a repeat that broke off', () => {
  const whole = () => {
    for (const arm of ['default', 'double-cpu']) put(`${arm}.jsonl`, linesOf(`cpu-stress/${arm}`));
  };

  it.each([
    ['was interrupted', interrupted, 'the run ended early (interrupted)'],
    ['was cut off', (lines: string[]) => lines.slice(0, lines.length / 2), 'the recording was cut off'],
  ])('because it %s is the comparison without it, and says so', (_, broken, why) => {
    whole();
    const without = compareFolder(folder);
    put('double-cpu.2.jsonl', broken(linesOf('cpu-stress/double-cpu.2')));
    const report = compareFolder(folder);
    expect(report.comparison).toEqual(without.comparison);
    expect(report.leftOut).toEqual([`double-cpu, repeat 2: ${why}`]);
    for (const format of COMPARISON_FORMATS) {
      expect(renderComparison(format, report, 500)).toContain('double-cpu, repeat 2');
    }
    expect(without).not.toHaveProperty('leftOut');
  });

  it('and nothing else is inconclusive, and says how to continue it', () => {
    put('default.jsonl', interrupted(linesOf('cpu-stress/default')));
    expect(() => compareFolder(folder)).toThrow(
      expect.objectContaining({
        message: `${folder} holds no whole run of a comparison: default, repeat 1: the run ended early (interrupted)`,
        kind: 'inconclusive',
        hint: `Continue it: repeat the command of the comparison with --into ${folder}`,
      }),
    );
  });
});

test('a sweep leaves out a point that broke off, and says so', () => {
  for (const point of ['backend.replicas=1', 'backend.replicas=2']) {
    put(`${point}.jsonl`, linesOf(`sweep-cpu/${point}`));
  }
  const without = sweepFolder(folder);
  put('backend.replicas=3.jsonl', interrupted(linesOf('sweep-cpu/backend.replicas=3')));
  const report = sweepFolder(folder);
  expect(report.sweep).toEqual(without.sweep);
  for (const format of SWEEP_FORMATS) {
    expect(renderSweep(format, report, 500)).toContain('backend.replicas=3, repeat 1');
  }
});
