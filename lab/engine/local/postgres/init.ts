import { spawn, type ChildProcess } from 'node:child_process';
import { chownSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { LabError } from '../../../model/errors';
import { hidingVariables } from '../../../support/environment';
import type { ContainerSetup } from '../container';
import { RUN_MARKER } from '../lifetime/processes';
import type { SpawnSpec } from '../limits/limits';
import type { Binaries } from './binaries';
import { asPsqlSends } from './psql';
import { settings } from './settings';

export interface InitSetup extends ContainerSetup {
  binaries: Binaries;
  data: string;
  /** The server command as it will run in the container. */
  server: SpawnSpec;
  port: number;
  scripts: { name: string; sql: string }[];
}

const START_DEADLINE_MS = 20_000;

/**
 * Creates the database as the image's entry point does on an empty volume: runs initdb, starts a temporary
 * server, creates the database, runs the scripts and stops the server. This happens outside the container's
 * limits and without fsync, because no experiment is about it. The server of the run keeps its own settings.
 * @throws LabError with PostgreSQL's message (usage for a script that fails, otherwise environment).
 */
export async function initialise(setup: InitSetup): Promise<void> {
  const password = setup.env.POSTGRES_PASSWORD;
  if (!password) {
    throw new LabError('a postgres container has no POSTGRES_PASSWORD', 'usage', 'Set it with a Secret.');
  }
  const user = setup.env.POSTGRES_USER ?? 'postgres';
  const database = setup.env.POSTGRES_DB ?? user;
  await initdb(setup, user, password);
  const server = start(setup, {
    ...setup.server,
    command: [...setup.server.command, ...settings({ fsync: 'off', max_wal_senders: 0 })],
  });
  const connection = { host: setup.host.address, port: setup.port, user, password };
  try {
    await withClient(server, { ...connection, database: 'postgres' }, async (client) => {
      if (database !== 'postgres') await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
    });
    await withClient(server, { ...connection, database }, async (client) => {
      for (const script of setup.scripts)
        await runScript(client, script.name, asPsqlSends(script, setup.env));
    });
  } finally {
    await stop(setup, server);
  }
}

async function initdb(setup: InitSetup, user: string, password: string): Promise<void> {
  const passwordFile = join(setup.dir, 'initdb-password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (setup.server.uid !== undefined) chownSync(passwordFile, setup.server.uid, setup.server.gid!);
  const flags = ['--auth=scram-sha-256', '--encoding=UTF8', '--no-locale', '--no-sync', '--no-instructions'];
  const program = start(setup, {
    ...setup.server,
    command: [setup.binaries.initdb, '-D', setup.data, '-U', user, `--pwfile=${passwordFile}`, ...flags],
  });
  const code = await program.ended;
  setup.lifetime.untrackGroup(program.child.pid!);
  rmSync(passwordFile, { force: true });
  if (code !== 0) {
    const output = program.output();
    throw new LabError(
      `initdb failed (exit code ${code}): ${output}`,
      'environment',
      /No space left/.test(output) ? 'Free some space, or set TMPDIR to a folder that has some.' : undefined,
    );
  }
}

interface Program {
  child: ChildProcess;
  ended: Promise<number | null>;
  /** The end of its output. */
  output(): string;
}

function start({ lifetime }: InitSetup, { command, ...options }: SpawnSpec): Program {
  const [file, ...args] = command;
  const env = { ...options.env, [RUN_MARKER]: lifetime.runId };
  const child = spawn(file!, args, { ...options, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid) lifetime.trackGroup(child.pid);
  let output = '';
  const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-2000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      output = error.message;
      resolve(null);
    });
    child.once('close', resolve);
  });
  return { child, ended, output: () => output.trim() };
}

async function stop({ lifetime }: InitSetup, server: Program): Promise<void> {
  server.child.kill('SIGINT');
  await server.ended;
  if (server.child.pid) lifetime.untrackGroup(server.child.pid);
}

type PostgresConnection = { host: string; port: number; user: string; password: string; database: string };

async function withClient(
  server: Program,
  to: PostgresConnection,
  use: (client: Client) => Promise<void>,
): Promise<void> {
  const client = await connect(server, to, performance.now() + START_DEADLINE_MS);
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

async function connect(server: Program, to: PostgresConnection, deadline: number): Promise<Client> {
  for (;;) {
    // The client would read PGSSLMODE, PGOPTIONS and others, which are about the user's own databases.
    const client = hidingVariables('PG', () => new Client(to));
    try {
      await client.connect();
      client.on('error', () => undefined);
      return client;
    } catch (error) {
      if (server.child.exitCode !== null || server.child.pid === undefined || performance.now() > deadline) {
        const found = server.output() || (error as Error).message;
        throw new LabError(`PostgreSQL does not start: ${found}`, 'environment', 'Fix what it reports.');
      }
      await sleep(20);
    }
  }
}

async function runScript(client: Client, name: string, sql: string): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    throw new LabError(`init script ${name} fails: ${(error as Error).message}`, 'usage', 'Fix its SQL.');
  }
}
