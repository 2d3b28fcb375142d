import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { collected, type Result } from '../support/collected';
import { PROJECT } from './lab';

/** Fixes the author and the time, and ignores the user's hooks, keys and templates. */
const GIT = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'test',
  GIT_AUTHOR_EMAIL: 'test@example.org',
  GIT_AUTHOR_DATE: '2024-05-06T07:08:09Z',
  GIT_COMMITTER_NAME: 'test',
  GIT_COMMITTER_EMAIL: 'test@example.org',
  GIT_COMMITTER_DATE: '2024-05-06T07:08:09Z',
};

export function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, env: GIT, encoding: 'utf8' });
}

/** A folder that every user can read, removed after the tests of a file. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `lab-${name}-`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Creates a repository with one commit: the current working tree. Uncommitted changes are thus tested, too.
 */
export function repositoryOfWorkingTree(folder: string): void {
  const listed = git(
    PROJECT,
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
    '--deduplicate',
  );
  const deleted = git(PROJECT, 'ls-files', '-z', '--deleted').split('\0');
  for (const path of listed.split('\0').filter((path) => path && !deleted.includes(path))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(PROJECT, path), join(folder, path));
  }
  git(folder, 'init', '-q');
  git(folder, 'add', '--all');
  git(folder, 'commit', '-qm', 'the working tree');
  addModules(folder);
}

export function clone(repository: string, folder: string): void {
  git(dirname(folder), 'clone', '-q', repository, folder);
  addModules(folder);
}

function addModules(folder: string): void {
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
}

/** Runs a program to its end. */
export function programRun(
  [program, ...args]: [string, ...string[]],
  options: { cwd: string; env?: NodeJS.ProcessEnv; uid?: number; gid?: number },
): Promise<Result> {
  return collected(spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options }));
}
