import { spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { synthesize } from '../../../constructs';
import type { KubeObject } from '../../../constructs/kube-object';
import type { ContainerSetup } from '../../../lab/engine/local/container';
import { pgbouncerImage } from '../../../lab/engine/local/pgbouncer';
import { NOBODY } from '../../../lab/engine/local/postgres/binaries';
import { eventually } from '../../support/eventually';
import { requires } from '../../support/requirements';
import { Lab } from './support';

const ENTRYPOINT = resolve(__dirname, '../../../docker/pgbouncer/entrypoint.sh');

const lab = new Lab();
afterEach(() => lab.end());

/** The synthesized database and pooler of the system. */
function pooled(poolSize: number, password = 'lab-only-password'): KubeObject[] {
  const postgres = { password, pooler: { enabled: true, poolSize } };
  return (synthesize({ networkPolicies: { enabled: false }, postgres }) as KubeObject[]).filter(
    ({ kind, metadata: { name } }) => kind === 'Namespace' || /^(postgres|pgbouncer)/.test(name),
  );
}

async function connect(url: string, password = 'lab-only-password'): Promise<Client> {
  const { hostname, port } = new URL(url);
  const client = new Client({ host: hostname, port: Number(port), user: 'lab', database: 'lab', password });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

requires('pgbouncer')('PgBouncer in front of the database', () => {
  test('shares a few connections among many clients, one transaction at a time', async () => {
    const system = await lab.up(pooled(2), '');
    const clients = await Promise.all(
      Array.from({ length: 20 }, () => connect(system.endpoint('pgbouncer'))),
    );
    const backends = await Promise.all(
      clients.map(async (client) => {
        // Queries with parameters, as the backend sends them: an unnamed prepared statement ends with its
        // transaction.
        const { rows } = await client.query('select pg_backend_pid() as pid, $1::int as n', [7]);
        expect(rows[0]).toMatchObject({ n: 7 });
        return (rows[0] as { pid: number }).pid;
      }),
    );
    await Promise.all(clients.map((client) => client.end()));
    expect(new Set(backends).size).toBeLessThanOrEqual(2);
  });

  test('requires the password, even one with quotes', async () => {
    const system = await lab.up(pooled(1, 'quo"te\'s'), '');
    const client = await connect(system.endpoint('pgbouncer'), 'quo"te\'s');
    await client.end();
    await expect(connect(system.endpoint('pgbouncer'), 'wrong')).rejects.toThrow();
  });

  test('takes the same variables in an image', async () => {
    const system = await lab.up(pooled(1), '');
    const { hostname, port } = new URL(system.endpoint('postgres'));
    const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
    const user = process.getuid?.() === 0 ? NOBODY : undefined; // PgBouncer refuses to run as root
    if (user) chownSync(folder, user.uid, user.gid);
    const listening = { LISTEN_ADDR: '127.0.0.1', LISTEN_PORT: String(await freePort()) };
    const image = spawn('sh', [ENTRYPOINT], {
      ...user,
      env: {
        PATH: `${process.env.PATH}:/usr/sbin`,
        ...listening,
        ...{ CONFIG_DIR: folder, POOL_MODE: 'transaction', DEFAULT_POOL_SIZE: '1' },
        ...{
          DB_HOST: hostname,
          DB_PORT: port,
          DB_NAME: 'lab',
          DB_USER: 'lab',
          DB_PASSWORD: 'lab-only-password',
        },
      },
      stdio: 'ignore',
    });
    try {
      const url = `http://127.0.0.1:${listening.LISTEN_PORT}`;
      const client = await eventually('a connection', () => connect(url).catch(() => undefined));
      expect((await client.query('select $1::int as n', [7])).rows).toEqual([{ n: 7 }]);
      await client.end();
    } finally {
      image.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    }
  });

  test('reports the missing variable', async () => {
    const setup = { container: { name: 'pgbouncer' }, env: { DB_HOST: 'postgres' } };
    await expect(pgbouncerImage(setup as unknown as ContainerSetup)).rejects.toThrow(
      'container pgbouncer has no DB_NAME',
    );
  });
});
