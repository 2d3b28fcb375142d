import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');
const recorded = (name: string) => join(PROJECT, 'loadtests', name, 'recordings', 'held');

jest.setTimeout(120_000);

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'lab-report-'));
  for (const name of ['cpu-stress', 'io-stress'])
    cpSync(recorded(name), join(out, name), { recursive: true });
  mkdirSync(join(out, 'empty'));
});
afterEach(() => rmSync(out, { recursive: true }));

function lab(...args: string[]) {
  const program = join(PROJECT, 'bin', 'lab.js');
  return spawnSync(process.execPath, [program, ...args], { cwd: out, encoding: 'utf8' });
}

/** Adds a comparison to the runs. */
function addComparison(): void {
  mkdirSync(join(out, 'compared'));
  for (const arm of ['default', 'double-cpu']) {
    const file = `cpu-stress/${arm}.jsonl.gz`;
    cpSync(join(PROJECT, 'docs', 'recordings', file), join(out, 'compared', `${arm}.jsonl.gz`));
  }
}

describe('a folder given with --out', () => {
  it('is reported as all the runs below it', () => {
    const { status, stdout } = lab('report', out, '-o', 'json');
    const reports = JSON.parse(stdout) as { experiment: string; outcome: string }[];
    expect(reports.map(({ experiment }) => experiment)).toEqual(['cpu-stress', 'io-stress']);
    expect(status).toBe(0);
  });

  it('that holds runs and a comparison is refused with the names of all', () => {
    addComparison();
    const { status, stderr } = lab('report', out);
    expect(stderr).toContain(`${out} holds no recording itself, but several runs.`);
    for (const name of ['compared', 'cpu-stress', 'io-stress']) expect(stderr).toContain(join(out, name));
    expect(stderr).not.toContain(join(out, 'empty'));
    expect(status).toBe(2);
  });

  it.each(['diagnose', 'watch'])(
    'is refused by `lab %s`, which shows one run, with the runs to name',
    (command) => {
      const { status, stderr } = lab(command, out);
      expect(stderr).toContain(`Name one of them: ${join(out, 'cpu-stress')}, ${join(out, 'io-stress')}`);
      expect(status).toBe(2);
    },
  );

  it('is reported without the run that is damaged, which is named and decides the exit code', () => {
    const damaged = join(out, 'bad', 'default.jsonl');
    mkdirSync(join(out, 'bad'));
    writeFileSync(damaged, 'nonsense');
    for (const paths of [[out], [join(out, 'bad'), join(out, 'cpu-stress'), join(out, 'io-stress')]]) {
      const { status, stdout, stderr } = lab('report', ...paths, '-o', 'json');
      const reports = JSON.parse(stdout) as { experiment: string }[];
      expect(reports.map(({ experiment }) => experiment)).toEqual(['cpu-stress', 'io-stress']);
      expect(stderr).toContain(`lab: ${damaged}:1 is not an event of a recording`);
      expect(status).toBe(2);
    }
  });

  it('with comparisons is reported without the one that is damaged or broke off', () => {
    for (const name of ['cpu-stress', 'io-stress']) rmSync(join(out, name), { recursive: true });
    addComparison();
    mkdirSync(join(out, 'cut'));
    const file = join(PROJECT, 'docs', 'recordings', 'cpu-stress', 'default.jsonl.gz');
    const bytes = readFileSync(file);
    writeFileSync(join(out, 'cut', 'default.jsonl.gz'), bytes.subarray(0, bytes.length / 2));
    const { status, stdout, stderr } = lab('report', out);
    expect(stdout).toContain('double-cpu');
    expect(stderr).toContain(
      'holds no whole run of a comparison: default, repeat 1: the recording was cut off',
    );
    expect(status).toBe(3);
  });

  it('without any run is refused as before', () => {
    const { status, stderr } = lab('report', join(out, 'empty'));
    expect(stderr).toContain(`${join(out, 'empty')} holds no recording.`);
    expect(status).toBe(2);
  });
});
