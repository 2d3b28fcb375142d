import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const ROOT = resolve(__dirname, '../..');
const BUILD = join(ROOT, 'build');
const SOURCES = [
  'main.ts',
  'constructs',
  'service',
  'downstream',
  'lab',
  'loadtests',
  'tsconfig.json',
  'tsconfig.build.json',
];
const CACHE_PREFIX = `backend-under-load-build-${userInfo().uid}-${hash(ROOT).slice(0, 8)}-`;
const STALE_AFTER_MS = 30 * 60_000;
const DEADLINE_MS = 120_000;

/**
 * Returns the folder with the compiled project, which corresponds to `build/`. It is built at most once per
 * state of the sources, however many jest workers ask, and stays the same throughout a test file. Types are
 * not checked here; `npm run check` does that.
 */
export function buildOnce(): Promise<string> {
  return (build ??= findOrCompile());
}

let build: Promise<string> | undefined;

async function findOrCompile(): Promise<string> {
  const target = join(tmpdir(), CACHE_PREFIX + hash(fingerprint()).slice(0, 16));
  const deadline = Date.now() + DEADLINE_MS;
  while (!existsSync(target)) {
    if (Date.now() > deadline) throw new Error(`no build of the project after ${DEADLINE_MS} ms`);
    if (!tryLock(`${target}.lock`)) {
      await sleep(50);
      continue;
    }
    try {
      if (!existsSync(target)) await make(target);
    } finally {
      rmSync(`${target}.lock`, { force: true });
    }
  }
  return target;
}

/** Builds beside the target and renames the result, so no process ever sees half a build. */
async function make(target: string): Promise<void> {
  removeStaleBuilds();
  const folder = mkdtempSync(join(tmpdir(), `${CACHE_PREFIX}tmp-`));
  if (isUpToDate()) cpSync(BUILD, folder, { recursive: true });
  else await compile(folder);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  try {
    renameSync(folder, target);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}

async function compile(folder: string): Promise<void> {
  const tsc = join(ROOT, 'node_modules/typescript-7/bin/tsc');
  const options = ['--outDir', folder, '--noCheck', '--incremental', 'false', '--tsBuildInfoFile', 'null'];
  const project = join(ROOT, 'tsconfig.build.json');
  await promisify(execFile)(process.execPath, [tsc, '-p', project, ...options], { cwd: ROOT });
}

/** Whether `build/` is newer than every source. Copying it is then faster than compiling again. */
function isUpToDate(): boolean {
  const mtimeMs = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const compiled = mtimeMs(join(BUILD, '.tsbuildinfo'));
  return sources().every((path) => mtimeMs(path) < compiled);
}

/** Takes the lock and returns true. Returns false if it is held, and removes it if its owner is gone. */
function tryLock(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!ownerLives(path)) rmSync(path, { force: true });
    return false;
  }
}

function ownerLives(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return pid === 0 || process.kill(pid, 0); // empty: its owner is about to write its pid
  } catch {
    return false;
  }
}

function removeStaleBuilds(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(CACHE_PREFIX))) {
    const path = join(tmpdir(), name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > STALE_AFTER_MS) rmSync(path, { recursive: true, force: true });
  }
}

function fingerprint(): string {
  return sources()
    .map((path) => `${path} ${statSync(path).mtimeMs} ${statSync(path).size}`)
    .join('\n');
}

function sources(): string[] {
  return SOURCES.flatMap((source) => files(join(ROOT, source)));
}

function files(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return [];
  if (!stats.isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => files(join(path, name)));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
