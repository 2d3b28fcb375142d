import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inTurn, type Answer } from '../support/command-lines';

const PROJECT = resolve(__dirname, '../..');
const RECORDING = join(PROJECT, 'loadtests', 'cpu-stress', 'recordings', 'held');

function lab(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(PROJECT, 'bin', 'lab.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-cli-'));
  lab('list'); // compiles if necessary, before anything is timed
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const AXES = ['backend.replicas', 'backend.dbPoolSize', 'postgres.maxConnections'];

const MISTAKES: [mistake: string, args: string[], says: RegExp][] = [
  ['no experiment', ['run'], /No experiment was named/],
  ['an unknown experiment', ['run', 'nope'], /There is no experiment "nope"[^]*Choose from: baseline/],
  [
    'a script instead of an experiment',
    ['run', 'loads/script.js'],
    /"loads\/script\.js" is a script, [^]*make it the load\.ts of a new experiment[^]*docs\/load\.md/,
  ],
  ['no jobs at all', ['run', '--all', '--jobs', '0'], /--jobs "0".*1 to 16/],
  [
    'several jobs on one page',
    ['run', '--all', '-j', '2', '--watch'],
    /--jobs 2 and --watch cannot be combined/,
  ],
  ['--all and a name', ['run', '--all', 'baseline'], /Both --all and names were given: baseline/],
  [
    'an unknown setting',
    ['run', 'baseline', '--set', 'backend.replica=2'],
    /backend\.replica: .*backend\.replicas/,
  ],
  [
    'a setting out of range',
    ['run', 'baseline', '--set', 'backend.replicas=0'],
    /backend\.replicas: 0 .*1\.\.50/,
  ],
  ['a request above its limit', ['synth', '--set', 'backend.cpuLimitMillicores=100'], /250.*100/],
  ['a setting without value', ['run', 'baseline', '--set', 'backend.replicas'], /not of the form path=value/],
  ['an unknown option', ['run', '--fulll'], /--full/],
  ['an unknown runner', ['run', 'baseline', '--load', 'wrk'], /embedded, k6/],
  ['an unknown arm', ['compare', 'cpu-stress', '--arms', 'hope'], /no arm "hope"[^]*result-cache/],
  ['nothing to compare', ['compare', 'baseline'], /baseline has no arms/],
  [
    'repeats that are not a number',
    ['compare', 'cpu-stress', '--repeat', 'often'],
    /--repeat "often".*1 to 100/,
  ],
  ['a seed out of range', ['run', 'cpu-stress', '--seed', '-1'], /--seed "-1".*0 to 1000000/],
  [
    'a folder to continue that belongs to another experiment',
    ['compare', 'io-stress', '--into', RECORDING],
    /cannot be continued: .* is of cpu-stress, not of io-stress/,
  ],
  ['a sweep over nothing', ['sweep', 'cpu-stress'], /--over <path=values>/],
  [
    'a sweep over an invalid range',
    ['sweep', 'cpu-stress', '--over', 'backend.replicas=x'],
    /"x", which is neither a number/,
  ],
  [
    'a sweep over three settings',
    ['sweep', 'cpu-stress', ...AXES.flatMap((path) => ['--over', `${path}=10`])],
    /one setting, or two different/,
  ],
  ['an unknown command', ['rnu'], /run/],
  [
    'a prediction of an unknown cause',
    ['run', 'baseline', '--predict', 'cause=gremlins'],
    /"gremlins"[^]*slow dependency/,
  ],
  [
    'one prediction for two runs',
    ['run', 'baseline', 'io-stress', '--predict', 'at=1'],
    /baseline, io-stress/,
  ],
  ['an answer of an unknown cause', ['mystery', '--answer', 'gremlins'], /"gremlins"[^]*slow dependency/],
  ['a speed of zero', ['mystery', '--replay', '--speed', '0'], /--speed "0".*1 to 1000/],
  [
    'a target that is a URL',
    ['run', 'baseline', '--allow-target', 'http://a/'],
    /"http:\/\/a\/" is not a host/,
  ],
  ['a target with a port', ['run', 'baseline', '--allow-target', 'a:80x'], /"a:80x" is not a host/],
  ['an unknown format', ['report', RECORDING, '-o', 'pdf'], /text, md, json.*junit/],
  ['a file without a known format', ['report', RECORDING, '--out', 'report.pdf'], /report\.pdf.*\n.*\.md/],
  ['a recording that does not exist', ['report', 'nowhere'], /nowhere/],
];

describe('a mistake on the command line', () => {
  let answers: Answer[];
  beforeAll(() => {
    answers = inTurn(
      MISTAKES.map(([, args]) => args),
      { cwd: folder },
    );
  }, 60_000);

  it.each(MISTAKES.map(([mistake, , says], index) => [mistake, says, index] as const))(
    '%s is explained, with exit code 2 and without a stack trace',
    (_, says, index) => {
      const { code, stdout, stderr, left } = answers[index]!;
      expect(stderr).toMatch(says);
      expect(stderr).not.toMatch(/^ +at /m);
      expect(stdout).toBe('');
      expect(code).toBe(2);
      expect(left).toEqual([]);
    },
  );

  it('has the same effect in a separate process', () => {
    for (const index of [0, MISTAKES.length - 1]) {
      const { code, stdout, stderr, left } = answers[index]!;
      expect(lab(...MISTAKES[index]![1])).toEqual({ code, stdout, stderr });
      expect(readdirSync(folder)).toEqual(left);
    }
  });

  it('a file that is not a recording is reported by file and line', () => {
    const path = join(folder, 'bad.jsonl');
    writeFileSync(path, '{"hello":1}\n');
    const { code, stderr } = lab('report', path);
    rmSync(path);
    expect(stderr).toContain(`${path}:1 is not an event of a recording`);
    expect(code).toBe(2);
  });
});

describe('lab', () => {
  it('lists the experiments as text and as JSON', () => {
    expect(lab('list').stdout).toContain('cascade-failure');
    const listed = JSON.parse(lab('list', '-o', 'json').stdout) as { name: string }[];
    expect(listed.map(({ name }) => name).slice(0, 2)).toEqual(['baseline', 'cpu-stress']);
  });

  it('judges a committed recording again and exits with the code of its verdict', () => {
    const { code, stdout } = lab('report', RECORDING);
    expect(stdout).toContain('HELD');
    expect(stdout).toMatch(/What failed +cpu limit/);
    expect(code).toBe(0);
  });

  it('writes a report in the format of the file extension, and the same text to the terminal', () => {
    const { code, stdout } = lab('report', RECORDING, '--out', 'report.md');
    expect([code, stdout]).toEqual([0, '']);
    const written = readFileSync(join(folder, 'report.md'), 'utf8');
    expect(written).toMatch(/^# cpu-stress: /);
    expect(`${written}\n`).toBe(lab('report', RECORDING, '-o', 'md').stdout);
    rmSync(join(folder, 'report.md'));
  });

  it('writes the manifests with a changed setting', () => {
    expect(lab('synth', '--out', 'manifests', '--set', 'backend.replicas=3').stdout).toMatch(
      /manifests.*\.yaml/,
    );
    expect(readdirSync(join(folder, 'manifests'))).toHaveLength(1);
    rmSync(join(folder, 'manifests'), { recursive: true });
  });

  it('reports what this machine offers under the documented keys', () => {
    const { code, stdout } = lab('doctor', '-o', 'json');
    expect(code).toBe(0);
    const { version, limits, rungs, machine, host } = JSON.parse(stdout) as Record<string, unknown>;
    expect(version).toBe(1);
    expect((rungs as { rung: string; usable: boolean }[]).find(({ usable }) => usable)?.rung).toBe(limits);
    for (const rung of rungs as object[]) {
      expect(Object.keys(rung)).toEqual(['rung', 'usable', 'reason', 'hint']);
    }
    expect((machine as { check: string }[]).map(({ check }) => check)).toEqual([
      'node',
      'cores',
      'memory',
      'postgres',
      'k6',
      'runs',
    ]);
    expect(machine).toContainEqual({
      check: 'postgres',
      ok: true,
      says: expect.stringMatching(/^postgres .*15\./) as string,
    });
    expect(host).toMatchObject({
      lab: expect.any(String) as string,
      node: process.version,
      platform: `linux-${process.arch}`,
      kernel: expect.any(String) as string,
      libc: expect.stringMatching(/^glibc 2|^musl$/) as string,
      cgroups: { own: expect.arrayContaining([expect.stringMatching(/^\d+:/)]) as string[] },
    });
  });
});
