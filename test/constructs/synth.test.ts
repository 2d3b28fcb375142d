import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { synthesize, writeManifests } from '../../constructs';
import { props } from '../../main';

const ROOT = resolve(__dirname, '../..');
/** What main.ts imports, directly or not. */
const SOURCES = ['constructs', 'service/settings.ts', 'downstream/settings.ts'];
/** Nobody listens there. */
const NO_NETWORK = 'http://127.0.0.1:9';
const MANIFEST = 'backend-under-load.yaml';
const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'lab-synth-'));
  for (const path of ['main.ts', 'cdk8s.yaml', 'tsconfig.json', 'package.json', 'dist', ...SOURCES]) {
    cpSync(join(ROOT, path), join(project, path), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

/** Runs cdk8s in a folder as `npx cdk8s` does, with no network and an empty home. */
function cdk8s(folder: string, ...args: string[]) {
  const env = { ...process.env, HOME: folder, http_proxy: NO_NETWORK, https_proxy: NO_NETWORK };
  return spawnSync(process.execPath, [join(ROOT, 'bin', 'cdk8s.js'), ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
}

function setReplicas(replicas: number): void {
  const path = join(project, 'main.ts');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/replicas: \d+/, `replicas: ${replicas}`));
}

describe('npx cdk8s synth', () => {
  test('writes the committed manifests byte for byte', () => {
    const { status, stdout, stderr } = cdk8s(project, 'synth');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).not.toMatch(/version|^\s+at /m);
    expect(readdirSync(join(project, 'dist'))).toEqual([MANIFEST]);
    expect(read(project, 'dist', MANIFEST)).toBe(read(ROOT, 'dist', MANIFEST));
  }, 60_000);

  test('explains a bad setting and keeps the last good manifests', () => {
    setReplicas(3);
    expect(cdk8s(project, 'synth').status).toBe(0);
    const good = read(project, 'dist', MANIFEST);
    setReplicas(0);
    const { status, stderr } = cdk8s(project, 'synth');
    expect(status).not.toBe(0);
    expect(stderr).toContain('backend.replicas: 0 is too small; allowed 1..50');
    expect(read(project, 'dist', MANIFEST)).toBe(good);
  }, 60_000);

  test('explains how to restore the manifests when there was no earlier good synthesis', () => {
    setReplicas(0);
    expect(cdk8s(project, 'synth').stderr).toContain('git checkout dist');
  }, 60_000);
});

describe('npx cdk8s synth -p', () => {
  test('prints the manifests and leaves those in dist/ alone', () => {
    const { status, stdout, stderr } = cdk8s(project, 'synth', '-p');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(read(ROOT, 'dist', MANIFEST));
    expect(read(project, 'dist', MANIFEST)).toBe(read(ROOT, 'dist', MANIFEST));
  }, 60_000);
});

describe('npx cdk8s synth in a folder without an app', () => {
  test('writes the manifests of the package, and nothing else', () => {
    const folder = join(project, "a user's $folder");
    mkdirSync(folder);
    expect(cdk8s(folder, 'synth')).toMatchObject({ status: 0, stderr: '' });
    expect(read(folder, 'dist', MANIFEST)).toBe(read(ROOT, 'dist', MANIFEST));
    expect(readdirSync(folder)).toEqual(['dist']);
  }, 60_000);
});

describe('main.ts on its own', () => {
  test('refuses a bad setting with exit code 2, without a stack trace and without writing anything', () => {
    setReplicas(99);
    const before = read(project, 'dist', MANIFEST);
    const { status, stderr } = spawnSync('npx', ['--no-install', 'ts-node', 'main.ts'], {
      cwd: project,
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toContain('backend.replicas: 99 is too large; allowed 1..50');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(read(project, 'dist', MANIFEST)).toBe(before);
    expect(existsSync(join(project, 'build'))).toBe(false);
  }, 60_000);
});

test('the file holds exactly the synthesized objects in order', () => {
  expect(writeManifests(props, join(project, 'out'))).toEqual([MANIFEST]);
  const documents = parseAllDocuments(read(project, 'out', MANIFEST)).map(
    (document) => document.toJS() as unknown,
  );
  expect(documents).toEqual(synthesize(props));
});
