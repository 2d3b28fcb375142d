import { chownSync, mkdirSync, readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../../model/errors';
import { passed } from '../../../support/environment';
import type { ContainerSetup, PreparedContainer } from '../container';
import { localPath } from '../volumes';
import { NOBODY, postgresBinaries, postgresVersion } from './binaries';
import { initialise } from './init';
import { settings } from './settings';

const INIT_DIR = '/docker-entrypoint-initdb.d';
const DEFAULT_PGDATA = '/var/lib/postgresql/data';

/**
 * Replaces the official postgres image. It supports POSTGRES_PASSWORD, POSTGRES_USER, POSTGRES_DB and PGDATA,
 * server flags as arguments, and, on the first start, the *.sql files of /docker-entrypoint-initdb.d in name
 * order, including their `\getenv` and :'variables'.
 *
 * Differences: other files there (*.sh, *.sql.gz) are refused, because there is no shell and no psql. There
 * is no Unix socket, because its path may be too long. Every connection needs the password.
 */
export async function postgresImage(setup: ContainerSetup): Promise<PreparedContainer> {
  const { container, env, host, mounts, dir } = setup;
  const user = process.getuid?.() === 0 ? NOBODY : undefined;
  const binaries = postgresBinaries(join(dir, 'postgres'), user);
  const data = localPath(mounts, env.PGDATA ?? DEFAULT_PGDATA) ?? join(dir, 'pgdata');
  const port = host.port(container.ports[0]?.containerPort ?? 5432);
  const server = {
    command: [
      binaries.postgres,
      ...['-D', data],
      ...serverFlags(container.name, argsOf(container)),
      // Last, so that they win: listen only on the pod's address, and leave no files outside the run's
      // folder.
      ...settings({ listen_addresses: host.address, port, unix_socket_directories: '', ...LEAVE_NOTHING }),
    ],
    env: { ...binaries.env, ...passed('PATH'), LC_ALL: 'C', TZ: 'UTC' },
    cwd: dir,
    ...user,
  };
  if (!existsSync(join(data, 'PG_VERSION'))) {
    postgresVersion(binaries, user);
    mkdirSync(data, { recursive: true, mode: 0o700 });
    if (user) chownSync(data, user.uid, user.gid);
    await initialise({ ...setup, binaries, data, server, port, scripts: initScripts(mounts) });
  }
  return { spec: server, stopSignal: 'SIGINT' };
}

/**
 * Keeps shared memory in files of the data directory. POSIX segments would remain after a server is killed.
 */
const LEAVE_NOTHING = { dynamic_shared_memory_type: 'mmap' };

/**
 * What the image's entry point gets. A shell may hand it on after it has tidied the volume, which is new in every run.
 */
function argsOf({ command, args }: ContainerSetup['container']): string[] {
  const [shell, flag, script = ''] = command;
  const handsOn =
    shell === 'sh' && flag === '-c' && script.trimEnd().endsWith('exec docker-entrypoint.sh "$@"');
  return handsOn ? args : [...command, ...args];
}

/** Like the image's entry point, accepts both `postgres -c x=y` and `-c x=y`. */
function serverFlags(name: string, args: string[]): string[] {
  const flags = args[0] === 'postgres' ? args.slice(1) : args;
  if (flags.length === 0 || flags[0]!.startsWith('-')) return flags;
  throw new LabError(
    `container ${name}: command ${JSON.stringify(flags[0])} is not supported by the local engine`,
    'usage',
    'A local postgres container must run `postgres` with flags such as `-c max_connections=10`.',
  );
}

function initScripts(mounts: ReadonlyMap<string, string>): { name: string; sql: string }[] {
  const dir = localPath(mounts, INIT_DIR);
  const names = dir ? readdirSync(dir).sort() : [];
  const other = names.find((name) => !name.endsWith('.sql'));
  if (other) {
    throw new LabError(
      `${INIT_DIR}/${other}: only *.sql files are supported by the local engine`,
      'usage',
      'Rewrite it as SQL, or use --engine kubernetes.',
    );
  }
  return names.map((name) => ({ name, sql: readFileSync(join(dir!, name), 'utf8') }));
}
