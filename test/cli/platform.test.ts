import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ModuleKind, ScriptTarget, transpile } from 'typescript';
import { type Answer, inTurn } from '../support/command-lines';

const PROJECT = resolve(__dirname, '../..');
const LAB = join(PROJECT, 'bin/lab.js');
const PRELOAD = join(__dirname, 'foreign-host.js');
const RECORDING = join(PROJECT, 'loadtests', 'cpu-stress', 'recordings', 'held');

let folder: string;
let touched: string;
beforeAll(() => {
  spawnSync(process.execPath, [LAB, 'list']); // compiles if necessary
}, 120_000);
beforeEach(makeFolder);
afterEach(removeFolder);

function makeFolder(): void {
  folder = mkdtempSync(join(tmpdir(), 'lab-platform-'));
  touched = join(folder, '.touched');
  writeFileSync(touched, '');
}

function removeFolder(): void {
  rmSync(folder, { recursive: true });
}

const environment = (host: Record<string, string>) => ({
  ...process.env,
  NODE_OPTIONS: `--require ${PRELOAD}`,
  TEST_TOUCHED: touched,
  TMPDIR: folder,
  KUBECONFIG: join(folder, 'no-kubeconfig'),
  ...host,
});

function labOn(host: Record<string, string>, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [LAB, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: environment(host),
  });
  return { code: status, stdout, stderr, touched: readFileSync(touched, 'utf8') };
}

/**
 * Runs the command lines on a host one after another. Returns the answer to each, and all accesses to
 * /proc and /sys together.
 */
function answersOn(host: Record<string, string>, lines: string[][]) {
  const said = { answers: new Map<string, Answer>(), touched: '' };
  beforeAll(() => {
    makeFolder();
    const answers = inTurn(lines, { cwd: folder, env: environment(host) });
    answers.forEach((answer, index) => said.answers.set(lines[index]!.join(' '), answer));
    said.touched = readFileSync(touched, 'utf8');
    removeFolder();
  }, 60_000);
  return (...line: string[]) => ({ ...said.answers.get(line.join(' '))!, touched: said.touched });
}

const NEED_NO_ENGINE = [
  ['list'],
  ['report', RECORDING],
  ['report', RECORDING, '--out', 'report.html'],
  ['diagnose', RECORDING],
  ['synth', '--out', 'manifests'],
  ['chart', '--check'],
  ['mystery', '--replay', '--seed', '1', '--speed', '1000', '--answer', 'cpu limit'],
  ['clean'],
];

const NEED_THE_LOCAL_ENGINE = [
  ['run', 'baseline'],
  ['run', 'baseline', '--predict'],
  ['compare', 'cpu-stress'],
  ['sweep', 'cpu-stress', '--over', 'backend.replicas=1..2'],
  ['mystery', '--seed', '1'],
];

describe.each([
  ['macOS', 'darwin'],
  ['Windows', 'win32'],
])('on %s', (name, TEST_PLATFORM) => {
  const answerTo = answersOn({ TEST_PLATFORM }, [
    ...NEED_THE_LOCAL_ENGINE,
    ['doctor'],
    ['doctor', '-o', 'json'],
    ['run', 'baseline', '--engine', 'kubernetes'],
  ]);

  test.each(NEED_THE_LOCAL_ENGINE)(
    '%s %s … says what is needed instead, with exit code 4, before it asks or writes anything',
    (...args) => {
      const { code, stdout, stderr, touched, left } = answerTo(...args);
      expect(stderr).toMatch(`the local engine needs Linux, and this is ${name}`);
      expect(stderr).toMatch(/--engine kubernetes .*Linux VM/);
      expect(stderr).not.toMatch(/^ +at /m);
      expect([code, stdout, touched]).toEqual([4, '', '']);
      expect(left).toEqual(['.touched']);
    },
  );

  test('lab doctor gives the same reason for every way to limit processes', () => {
    const { code, stdout, touched } = answerTo('doctor', '-o', 'json');
    const { limits, rungs } = JSON.parse(stdout) as { limits: unknown; rungs: object[] };
    expect([code, limits, touched]).toEqual([4, null, '']);
    expect(rungs).toHaveLength(4);
    for (const rung of rungs) {
      expect(rung).toMatchObject({
        usable: false,
        reason: expect.stringContaining(name) as string,
        hint: expect.stringContaining('--engine kubernetes') as string,
      });
    }
    expect(answerTo('doctor').stdout).toMatch(/runs use none[^]*Linux VM/);
  });

  test('a run in a cluster is not refused because of the platform', () => {
    const { code, stderr, touched } = answerTo('run', 'baseline', '--engine', 'kubernetes');
    expect(stderr).not.toMatch(name);
    expect(stderr).toMatch(/kubeconfig|cluster/i);
    expect([code, touched]).toEqual([4, '']);
  });
});

describe('on macOS', () => {
  const answerTo = answersOn({ TEST_PLATFORM: 'darwin' }, NEED_NO_ENGINE);

  test.each(NEED_NO_ENGINE)('%s %s works without access to /proc and /sys', (...args) => {
    const { code, stderr, touched } = answerTo(...args);
    expect([code, stderr, touched]).toEqual([expect.any(Number), expect.any(String), '']);
    expect(stderr).not.toMatch(/Linux|unexpected error/);
    expect([0, 1]).toContain(code);
  });

  test('watch serves a replay without access to /proc and /sys', async () => {
    const page = spawn(process.execPath, [LAB, 'watch', RECORDING, '--port', '0'], {
      cwd: folder,
      env: environment({ TEST_PLATFORM: 'darwin' }),
    });
    const [said] = (await once(page.stdout, 'data')) as [Buffer];
    const [url] = /http:\S+/.exec(said.toString()) ?? [''];
    expect((await fetch(url)).status).toBe(200);
    page.kill('SIGINT');
    expect(await once(page, 'exit')).toEqual([0, null]);
    expect(readFileSync(touched, 'utf8')).toBe('');
  });
});

describe('a Node version check', () => {
  test.each(['10.24.1', '18.20.8', '20.18.0'])('refuses %s with exit code 4 and says why', (TEST_NODE) => {
    const { code, stdout, stderr } = labOn({ TEST_NODE }, 'list');
    expect(stderr).toMatch(
      new RegExp(`^lab: this is Node ${TEST_NODE}; the lab needs 20\\.18\\.1 or newer$`, 'm'),
    );
    expect([code, stdout]).toEqual([4, '']);
  });

  test.each(['20.18.1', '22.0.0', '100.0.0'])('accepts %s', (TEST_NODE) => {
    expect(labOn({ TEST_NODE }, 'list').code).toBe(0);
  });

  test('an old Node can parse the check: compiling it to the oldest syntax changes nothing', () => {
    const source = readFileSync(LAB, 'utf8');
    const compiledFor = (target: ScriptTarget) => transpile(source, { target, module: ModuleKind.CommonJS });
    expect(compiledFor(ScriptTarget.ES5)).toBe(compiledFor(ScriptTarget.ESNext));
    expect(source).not.toContain('node:');
    expect(existsSync(join(PROJECT, 'bin/launch.js'))).toBe(true);
  });
});
