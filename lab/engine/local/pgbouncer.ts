import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../model/errors';
import type { ContainerSetup, PreparedContainer } from './container';
import { NOBODY } from './postgres/binaries';

const NEEDED = ['DB_HOST', 'DB_NAME', 'DB_USER', 'DB_PASSWORD'] as const;

/** Debian installs it in a folder that is not on every user's PATH. */
const SEARCHED = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'].join(':');

/** How to get PgBouncer, which the lab does not bring along. */
export const PGBOUNCER_HINT =
  'Install it (Debian, Ubuntu: apt-get install pgbouncer; macOS: brew install pgbouncer), or leave postgres.pooler.enabled off.';

/** The version line of the installed PgBouncer; undefined when it is not installed. */
export function pgbouncerVersion(): string | undefined {
  const { status, stdout } = spawnSync('pgbouncer', ['--version'], {
    env: { PATH: SEARCHED },
    encoding: 'utf8',
  });
  return status === 0 ? stdout.split('\n', 1)[0] : undefined;
}

/**
 * Replaces a PgBouncer image by the installed program. Its environment configures it: DB_HOST, DB_PORT,
 * DB_NAME, DB_USER, DB_PASSWORD, POOL_MODE, DEFAULT_POOL_SIZE, MAX_CLIENT_CONN, AUTH_TYPE.
 * @throws LabError (environment) when PgBouncer is not installed, (usage) when a required variable is
 * missing.
 */
export async function pgbouncerImage({
  container,
  env,
  host,
  dir,
}: ContainerSetup): Promise<PreparedContainer> {
  if (!pgbouncerVersion())
    throw new LabError('pgbouncer is not installed here', 'environment', PGBOUNCER_HINT);
  const missing = NEEDED.find((name) => !env[name]);
  if (missing) {
    throw new LabError(
      `container ${container.name} has no ${missing}`,
      'usage',
      `It needs ${NEEDED.join(', ')}.`,
    );
  }
  const user = process.getuid?.() === 0 ? NOBODY : undefined; // it refuses to run as root
  const folder = join(dir, 'pgbouncer');
  const [settings, users] = [join(folder, 'pgbouncer.ini'), join(folder, 'userlist.txt')];
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(users, `${quoted(env.DB_USER!)} ${quoted(env.DB_PASSWORD!)}\n`, { mode: 0o600 });
  const port = host.port(container.ports[0]?.containerPort ?? 6432);
  writeFileSync(settings, configuration(env, host.address, port, users), { mode: 0o600 });
  if (user) for (const path of [folder, settings, users]) chownSync(path, user.uid, user.gid);
  const spec = { command: ['pgbouncer', settings], env: { PATH: SEARCHED }, cwd: folder, ...user };
  return { spec, stopSignal: 'SIGINT' };
}

function configuration(env: Record<string, string>, address: string, port: number, users: string): string {
  const values = {
    listen_addr: address,
    listen_port: port,
    unix_socket_dir: '',
    auth_type: env.AUTH_TYPE ?? 'scram-sha-256',
    auth_file: users,
    pool_mode: env.POOL_MODE ?? 'session',
    default_pool_size: env.DEFAULT_POOL_SIZE ?? 20,
    max_client_conn: env.MAX_CLIENT_CONN ?? 100,
    ignore_startup_parameters: 'extra_float_digits',
    logfile: '',
  };
  return [
    '[databases]',
    `${env.DB_NAME} = host=${env.DB_HOST} port=${env.DB_PORT ?? 5432} dbname=${env.DB_NAME}`,
    '[pgbouncer]',
    ...Object.entries(values).map(([name, value]) => `${name} = ${value}`),
    '',
  ].join('\n');
}

/** Doubles quotes, as in SQL. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
