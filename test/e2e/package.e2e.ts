import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { onceMoreIf } from '../support/once-more';
import { programRun, repositoryOfWorkingTree, temporaryFolder } from './clone';
import { type JudgedRun, unseen } from './lab';
import { PACKAGES, release } from './release';

/** A password that must not appear in any output. */
const CANARY = 'canary-7f3a';

const OWN_APP = `
import { App } from 'cdk8s';
import { Backend, LabChart } from 'backend-under-load';

const chart = new LabChart(new App(), 'lab', { backend: { replicas: 2 } });
const { address: database } = chart.postgres;
const { address: downstream } = chart.downstream;
const { app, address } = new Backend(chart, 'checkout', { database, downstream });
console.log(app.deployment.name, address.url);
`;

const folder = temporaryFolder('package');
const one = join(folder, 'one');

describe('the package, installed into an empty folder by npm', () => {
  /** The user that may only read the package; another user owns it. */
  const reader = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const app = join(folder, 'app');
  const home = join(folder, 'home');
  const installed = join(app, 'node_modules', 'backend-under-load');
  const env = { PATH: process.env.PATH, HOME: home };
  const lab = (...args: string[]) =>
    programRun(['npx', '--no-install', 'lab', ...args], { cwd: app, env, ...reader });

  beforeAll(async () => {
    for (const path of [one, app, home]) mkdirSync(path);
    repositoryOfWorkingTree(one);
    // Stray files are not packed.
    mkdirSync(join(one, 'build', 'lab'), { recursive: true });
    for (const path of ['build/lab/stale.js', 'lab/not-committed.ts']) writeFileSync(join(one, path), '');
    const released = await release(one);
    if (released.code !== 0) throw new Error(released.stderr);
    chmodSync(folder, 0o755);
    const npm = async (...args: string[]) => {
      const { code, stderr } = await programRun(['npm', ...args], { cwd: app });
      if (code !== 0) throw new Error(stderr);
    };
    await npm('init', '-y');
    await npm('install', '--no-audit', '--no-fund', '--prefer-offline', join(one, 'released', PACKAGES[1]));
    // The package looks as if a source had been edited. An installed package is never compiled.
    utimesSync(join(installed, 'main.ts'), new Date(), new Date());
    if (reader.uid === undefined) setWritable(installed, false);
    else for (const path of [app, home]) chownSync(path, reader.uid, reader.gid);
  });

  afterAll(() => {
    if (reader.uid === undefined) setWritable(installed, true);
  });

  it('runs an experiment with emulated limits to a verdict that names them, and reports on it; it writes no password, and nothing into its own folder', async () => {
    const touched = await programRun(['touch', join(installed, 'x')], { cwd: app, ...reader });
    expect(touched.code).toBe(1);
    const before = state(installed);
    const passwords = ['password', 'adminPassword'].map((name) => `postgres.${name}=${CANARY}-${name}`);
    const settings = ['--limits', 'emulated', ...passwords.flatMap((one) => ['--set', one])];
    const { code, stdout, stderr } = await onceMoreIf(
      ({ code }) => code === 3, // the lab says that the machine was the bottleneck
      () => lab('run', 'memory-stress', '-o', 'json', ...settings),
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const [verdict] = JSON.parse(stdout) as [JudgedRun];
    expect(unseen(verdict)).toEqual([]);
    expect(verdict.outcome).toBe('held');
    expect(verdict.diagnosis.cause).toBe('memory limit');
    expect(verdict.run.engine.limits).toMatchObject({
      rung: 'emulated',
      label: expect.stringContaining('emulated') as string,
    });
    expect(verdict.recording).toMatch(/^runs\//);
    expect(await lab('report', verdict.recording, '--out', 'report.html')).toMatchObject({ code: 0 });
    expect(readFileSync(join(app, 'report.html'), 'utf8')).toContain('uPlot');
    expect(state(installed)).toEqual(before);
    for (const format of ['md', 'json', 'junit', 'text'])
      expect((await lab('report', verdict.recording, '-o', format)).stdout).not.toContain(CANARY);
    expect(stdout + stderr).not.toContain(CANARY);
    expect(holding(CANARY, app)).toEqual([]);
  });

  it('writes the committed manifests, and different ones with --set', async () => {
    expect(await lab('synth')).toMatchObject({ code: 0, stdout: 'dist/backend-under-load.yaml\n' });
    const manifests = () => readFileSync(join(app, 'dist', 'backend-under-load.yaml'), 'utf8');
    expect(manifests()).toBe(readFileSync(join(one, 'dist', 'backend-under-load.yaml'), 'utf8'));
    expect(await lab('synth', '--set', 'backend.replicas=3')).toMatchObject({ code: 0 });
    expect(manifests()).toContain('replicas: 3');
  });

  it('writes the same with npx cdk8s synth', async () => {
    const { code, stderr } = await programRun(['npx', '--no-install', 'cdk8s', 'synth', '-o', 'by-cdk8s'], {
      cwd: app,
      env,
      ...reader,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(join(app, 'by-cdk8s', 'backend-under-load.yaml'), 'utf8')).toBe(
      readFileSync(join(one, 'dist', 'backend-under-load.yaml'), 'utf8'),
    );
  });

  it('compiles and runs an app that imports its constructs', async () => {
    const own = join(app, 'own');
    mkdirSync(own);
    writeFileSync(join(own, 'main.ts'), OWN_APP);
    const compiled = await programRun(
      [
        'npx',
        '--no-install',
        'tsc',
        '--strict',
        '--module',
        'node16',
        '--skipLibCheck',
        join(own, 'main.ts'),
      ],
      { cwd: app },
    );
    expect(compiled).toMatchObject({ code: 0, stdout: '' });
    const { code, stdout } = await programRun(['node', join(own, 'main.js')], { cwd: app });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'checkout http://checkout:8000\n' });
  });

  it("also writes the chart and the dashboards into the user's folder", async () => {
    expect(await lab('chart', '--out', 'chart')).toMatchObject({ code: 0 });
    expect(await lab('monitoring', '--out', 'out')).toMatchObject({ code: 0 });
    expect(readFileSync(join(app, 'chart', 'values.yaml'), 'utf8')).toBe(
      readFileSync(join(one, 'charts', 'backend-under-load', 'values.yaml'), 'utf8'),
    );
    expect(readFileSync(join(app, 'out', 'monitoring', 'alert-rules.yaml'), 'utf8')).toBe(
      readFileSync(join(one, 'monitoring', 'alert-rules.yaml'), 'utf8'),
    );
  });

  it('contains no tests and no leftovers', () => {
    const names = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    expect(
      names.filter((name) => /(^|\/)(test|tests|release|bench|stale\.js|not-committed\..*)$/.test(name)),
    ).toEqual([
      'charts/backend-under-load/templates/tests', // Helm's
    ]);
    expect(names.filter((name) => /\.(map|tsbuildinfo)$/.test(name))).toEqual([]);
  });
});

/** Files that contain a text, except those that npm installed. */
function holding(text: string, root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('node_modules') && statSync(join(root, name)).isFile())
    .filter((name) => contentOf(join(root, name)).includes(text));
}

function contentOf(file: string): Buffer {
  const bytes = readFileSync(file);
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** The size and the time of every file, to show that nothing was written. */
function state(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => {
      const { size, mtimeMs } = statSync(join(root, name));
      return `${name} ${size} ${mtimeMs}`;
    })
    .sort();
}

function setWritable(root: string, is: boolean): void {
  for (const name of ['.', ...readdirSync(root, { recursive: true, encoding: 'utf8' })]) {
    const { mode } = statSync(join(root, name));
    chmodSync(join(root, name), is ? mode | 0o200 : mode & ~0o222);
  }
}
