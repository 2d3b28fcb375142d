import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

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
  lab('list'); // compiles, if need be, before anything is timed
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const MISTAKES: [mistake: string, args: string[], says: RegExp][] = [
  ['no experiment', ['run'], /No experiment was named/],
  ['an unknown experiment', ['run', 'nope'], /There is no experiment "nope"[^]*Choose from: baseline/],
  ['--all and a name', ['run', '--all', 'baseline'], /exclude each other/],
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
  ['an unknown command', ['rnu'], /run/],
  ['a recording that is not there', ['report', 'nowhere'], /nowhere/],
];

describe('a mistake on the command line', () => {
  it.each(MISTAKES)('%s is explained, with exit code 2 and without a stack trace', (_, args, says) => {
    const { code, stdout, stderr } = lab(...args);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('a file that is no recording is explained by file and line', () => {
    const path = join(folder, 'bad.jsonl');
    writeFileSync(path, '{"hello":1}\n');
    const { code, stderr } = lab('report', path);
    rmSync(path);
    expect(stderr).toContain(`${path}:1 is not an event of a recording`);
    expect(code).toBe(2);
  });
});

describe('lab', () => {
  it('lists the experiments, also as JSON', () => {
    expect(lab('list').stdout).toContain('cascade-failure');
    const listed = JSON.parse(lab('list', '-o', 'json').stdout) as { name: string }[];
    expect(listed.map(({ name }) => name).slice(0, 2)).toEqual(['baseline', 'cpu-stress']);
  });

  it('judges a committed recording again, with the exit code of its verdict', () => {
    const { code, stdout } = lab('report', RECORDING);
    expect(stdout).toContain('HELD');
    expect(stdout).toMatch(/What failed +cpu limit/);
    expect(code).toBe(0);
  });

  it('writes the manifests with a changed setting', () => {
    expect(lab('synth', '--out', 'manifests', '--set', 'backend.replicas=3').stdout).toMatch(
      /manifests.*\.yaml/,
    );
    expect(readdirSync(join(folder, 'manifests'))).toHaveLength(1);
    rmSync(join(folder, 'manifests'), { recursive: true });
  });

  it('tells what this machine offers', () => {
    const { code, stdout } = lab('doctor', '-o', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ limits: expect.any(String), rungs: expect.any(Array) });
  });
});
