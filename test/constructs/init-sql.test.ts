import { createHmac, pbkdf2Sync } from 'node:crypto';
import { Client } from 'pg';
import { synthesize, type KubeObject } from '../../constructs';
import { asPsqlSends } from '../../lab/engine/local/postgres/psql';
import { startPostgres, type TestPostgres } from '../support/postgres';
import { find } from './objects';

const USER = 'shopper';
const PASSWORD = `it's"\\1`;

/** The scripts in order, as psql sends them with the server's environment. */
const sqlOf = (objects: KubeObject[]) =>
  Object.entries(find(objects, 'ConfigMap', 'postgres-init').data as Record<string, string>)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, sql]) => asPsqlSends({ name, sql }, { ROLE_NAME: USER, ROLE_PASSWORD: PASSWORD }));

describe('the SQL of the first start, run line by line on a real server', () => {
  let server: TestPostgres;
  let client: Client;

  beforeAll(async () => {
    server = await startPostgres();
    await server.admin('drop table orders');
    const objects = synthesize({ postgres: { rows: 25 } });
    for (const statement of sqlOf(objects).join('').trim().split('\n')) await server.admin(statement);
    client = new Client({
      host: server.host,
      port: server.port,
      database: 'lab',
      user: USER,
      password: PASSWORD,
    });
    await client.connect();
  });

  afterAll(async () => {
    await client?.end();
    await server?.stop();
  });

  test('creates the table with the configured number of rows', async () => {
    const { rows } = await client.query('select count(*)::int as count, min(id), max(id) from orders');
    expect(rows).toEqual([{ count: 25, min: 1, max: 25 }]);
  });

  test('creates an ordinary role that may only read', async () => {
    const { rows } = await client.query(
      'select rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = $1',
      [USER],
    );
    expect(rows).toEqual([{ rolsuper: false, rolcreatedb: false, rolcreaterole: false }]);
    await expect(client.query('delete from orders')).rejects.toThrow('permission denied');
  });

  test('gives the role the exact password of the environment, whatever characters it contains', async () => {
    const [stored] = await server.admin(`select rolpassword from pg_authid where rolname = '${USER}'`);
    const [, rounds, salt, , serverKey] = String(stored!.rolpassword).split(/[$:]/);
    const salted = pbkdf2Sync(PASSWORD, Buffer.from(salt!, 'base64'), Number(rounds), 32, 'sha256');
    expect(createHmac('sha256', salted).update('Server Key').digest('base64')).toBe(serverKey);
  });
});
