import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const PROJECT = resolve(__dirname, '../..');
export const LAB = join(PROJECT, 'bin', 'lab.js');
/** Relative to the project. */
export const RECORDING = 'loadtests/cpu-stress/recordings/held';
export const IS_ROOT = process.getuid?.() === 0;

/** A folder that PostgreSQL's user can pass through, removed after the tests of a file. */
export function scratch(): string {
  const folder = join(tmpdir(), `lab-faults-${randomUUID()}`);
  beforeAll(() => void mkdirSync(folder, { mode: 0o711 }));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Surroundings {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** A program that takes the lab's command line as its last arguments. */
  by?: string[];
}

/** Runs the command line as a user does. */
export function lab(args: string[], { cwd = PROJECT, env = process.env, by = [] }: Surroundings = {}) {
  const [program, ...rest] = [...by, process.execPath, LAB, ...args];
  const { status, stdout, stderr } = spawnSync(program as string, rest, { cwd, env, encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

/** Compiles if necessary, before anything is timed or made unwritable. */
export function compileOnce(): void {
  beforeAll(() => void lab(['list']), 120_000);
}

/**
 * Makes a folder unwritable for a command. An ordinary user loses the write permission. Root has every
 * permission, so the command gets a read-only mount of its own.
 */
export function unwritable(folder: string): string[] {
  if (!IS_ROOT) {
    chmodSync(folder, 0o555);
    return [];
  }
  const script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$PWD" && exec "$@"';
  return ['unshare', '--mount', 'sh', '-c', script, folder];
}

/** Gives a command its own file system of `kib` KiB at a folder, filled by a file except for `freeKib`. */
export function filled(folder: string, kib: number, freeKib: number): string[] {
  const script = `mount -t tmpfs -o size=${kib}k,mode=0711 tmpfs "$0" || exit 99
    head -c ${kib - freeKib}k /dev/zero >"$0/filler" || exit 98
    "$@"; code=$?
    rm "$0/filler"; echo "left: $(find "$0" -mindepth 1 ! -name 'backend-under-load-*')" >&2
    exit $code`;
  return ['unshare', '--mount', 'sh', '-c', script, folder];
}
