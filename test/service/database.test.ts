import { eventually } from '../support/eventually';
import { startPostgres, type TestPostgres } from '../support/postgres';
import { burst, statuses, TestProcess } from './support';

jest.setTimeout(60_000);

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres({ maxConnections: 8 });
});
afterAll(() => postgres?.stop());

// A query continues to sleep after its service has ended, and would take connections from the next test.
afterEach(async () => {
  await TestProcess.killAll();
  await postgres.admin(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'lab'`);
  await eventually('an idle database', async () => (await activity('true')) === 0);
});

async function start(env: Record<string, string | number> = {}): Promise<TestProcess> {
  return TestProcess.start('service', {
    DATABASE_HOST: postgres.host,
    DATABASE_PORT: postgres.port,
    DB_POOL_SIZE: 2,
    ...env,
  });
}

const activity = async (condition: string) => {
  const [row] = await postgres.admin(
    `select count(*)::int from pg_stat_activity where usename = 'lab' and ${condition}`,
  );
  return row?.count as number;
};

test('an order is read by its primary key, and an unknown order gets 404', async () => {
  const service = await start();
  expect((await service.get('/api/order?id=7')).json).toEqual({ id: 7, total_cents: 700 });
  expect(await service.get('/api/order?id=101')).toMatchObject({
    status: 404,
    json: { error: 'no order 101' },
  });
});

test('an exhausted pool answers 503 while the database is idle', async () => {
  const service = await start({ QUERY_MS: 6_000, DB_ACQUIRE_TIMEOUT_MS: 2_000 });
  const exhausting = service.get('/api/db-pool-exhaust?concurrent_queries=6');
  await eventually('queries that wait', async () => (await service.metric('db_pool_waiting')) === 4);
  expect([await service.metric('db_pool_total'), await service.metric('db_pool_max')]).toEqual([2, 2]);
  // Its connections sleep, none works, and the database would accept more.
  await eventually('two queries that run', async () => (await activity(`wait_event = 'PgSleep'`)) === 2);
  expect(await activity(`state = 'active' and wait_event is distinct from 'PgSleep'`)).toBe(0);
  const victim = await service.get('/api/order?id=1');
  expect(victim).toMatchObject({
    status: 503,
    json: { error: 'database: timeout exceeded when trying to connect (acquire_timeout)' },
  });
  expect((await exhausting).status).toBe(503);
  expect(await service.metric('db_acquire_timeouts_total')).toBe(5);
  expect(await service.metric('db_errors_total', { code: 'acquire_timeout' })).toBe(5);
  expect(await service.metric('db_acquire_seconds_count')).toBe(7);
  expect(await service.metric('db_acquire_seconds_sum')).toBeGreaterThan(5 * 1.8);
});

test('a longer acquire timeout lets the same queries succeed later', async () => {
  const service = await start({ QUERY_MS: 200, DB_ACQUIRE_TIMEOUT_MS: 0 });
  const begin = performance.now();
  expect(await service.get('/api/db-pool-exhaust?concurrent_queries=6')).toMatchObject({
    status: 200,
    json: { queries: 6 },
  });
  expect(performance.now() - begin).toBeGreaterThan(3 * 200);
});

test('a limit on concurrent queries leaves connections for other requests', async () => {
  const service = await start({ QUERY_MS: 600, QUERY_CONCURRENCY: 1, DB_ACQUIRE_TIMEOUT_MS: 400 });
  const limited = service.get('/api/db-pool-exhaust?concurrent_queries=4');
  await eventually('a query', async () => (await activity(`wait_event = 'PgSleep'`)) === 1);
  expect((await service.get('/api/order?id=1')).status).toBe(200);
  expect((await limited).status).toBe(200);
  expect(await service.metric('db_acquire_timeouts_total')).toBe(0);
});

test('pools that exceed max_connections together get an error from the database', async () => {
  const services = [
    await start({ DB_POOL_SIZE: 4, QUERY_MS: 1_000 }),
    await start({ DB_POOL_SIZE: 4, QUERY_MS: 1_000 }),
  ];
  const answers = await Promise.all(
    services.map((service) => service.get('/api/db-pool-exhaust?concurrent_queries=4')),
  );
  expect(statuses(answers)).toContain(503);
  const refused = answers.find(({ status }) => status === 503);
  expect(refused?.json?.error).toMatch(/^database: .*\(53300\)$/);
  const counted = await Promise.all(
    services.map((service) => service.metric('db_errors_total', { code: '53300' })),
  );
  expect(counted[0]! + counted[1]!).toBeGreaterThanOrEqual(3);
});

test('idle connections that break are logged and replaced', async () => {
  const service = await start();
  expect(statuses(await burst(service, '/api/order', 2))).toEqual([200]);
  await postgres.admin(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'lab'`);
  await service.logged('database connection lost');
  await eventually('an empty pool', async () => (await service.metric('db_pool_total')) === 0);
  expect((await service.get('/api/order')).status).toBe(200);
  expect(await service.metric('db_errors_total', { code: '57P01' })).toBeGreaterThanOrEqual(1);
});

test('a request runs one short query when faults are off', async () => {
  const service = await start({ FAULTS_ENABLED: 'false', QUERY_MS: 10_000 });
  expect((await service.get('/api/db-pool-exhaust?concurrent_queries=50')).json).toEqual({ queries: 1 });
  expect(await service.metric('db_acquire_seconds_count')).toBe(1);
});
