import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
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

/** Runs a command in the copy of the project as a user would, without the registry check for upgrades. */
function run(...command: string[]) {
  const env = { ...process.env, CDK8S_CHECK_UPGRADE: 'false' };
  return spawnSync('npx', ['--no-install', ...command], { cwd: project, env, encoding: 'utf8' });
}

function setReplicas(replicas: number): void {
  const path = join(project, 'main.ts');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/replicas: \d+/, `replicas: ${replicas}`));
}

describe('npx cdk8s synth', () => {
  test('writes the committed manifests byte for byte', () => {
    expect(run('cdk8s', 'synth').status).toBe(0);
    expect(readdirSync(join(project, 'dist'))).toEqual([MANIFEST]);
    expect(read(project, 'dist', MANIFEST)).toBe(read(ROOT, 'dist', MANIFEST));
  }, 60_000);

  test('explains a bad setting and keeps the last good manifests', () => {
    setReplicas(3);
    expect(run('cdk8s', 'synth').status).toBe(0);
    const good = read(project, 'dist', MANIFEST);
    setReplicas(0);
    const { status, stderr } = run('cdk8s', 'synth');
    expect(status).not.toBe(0);
    expect(stderr).toContain('backend.replicas: 0 is too small; allowed 1..50');
    expect(read(project, 'dist', MANIFEST)).toBe(good);
  }, 60_000);

  test('explains how to restore the manifests when there was no earlier good synthesis', () => {
    setReplicas(0);
    expect(run('cdk8s', 'synth').stderr).toContain('git checkout dist');
  }, 60_000);
});

describe('main.ts on its own', () => {
  test('refuses a bad setting with exit code 2, without a stack trace and without writing anything', () => {
    setReplicas(99);
    const before = read(project, 'dist', MANIFEST);
    const { status, stderr } = run('ts-node', 'main.ts');
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
