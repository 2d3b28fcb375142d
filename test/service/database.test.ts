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

const ORDER = '/api/order';
const EXHAUSTING = '/api/db-pool-exhaust';
const seconds = (service: TestProcess, route: string, stage: string) =>
  service.metric('http_request_stage_seconds_total', { route, stage });
const failures = (service: TestProcess, labels: Record<string, string>) =>
  service.metric('http_request_stage_failures_total', labels);

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
  const timedOut = { stage: 'connection_wait', reason: 'acquire_timeout' };
  expect(await failures(service, { ...timedOut, route: ORDER })).toBe(1);
  expect(await failures(service, { ...timedOut, route: EXHAUSTING })).toBe(4);
  expect(await seconds(service, ORDER, 'connection_wait')).toBeGreaterThan(1.8);
  expect(await seconds(service, ORDER, 'query')).toBe(0);
});

test('the wait for a connection and the query are told apart, while they last and afterwards', async () => {
  const service = await start({ QUERY_MS: 800, DB_ACQUIRE_TIMEOUT_MS: 0 });
  const exhausting = service.get('/api/db-pool-exhaust?concurrent_queries=4');
  await eventually('queries that wait', async () => (await service.metric('db_pool_waiting')) === 2);
  const victim = service.get('/api/order');
  await eventually('a wait that grows', () => seconds(service, ORDER, 'connection_wait'));
  expect(await seconds(service, ORDER, 'query')).toBe(0);
  expect(statuses(await Promise.all([exhausting, victim]))).toEqual([200]);
  expect(await seconds(service, EXHAUSTING, 'query')).toBeGreaterThan(4 * 0.79);
  expect(await seconds(service, EXHAUSTING, 'connection_wait')).toBeGreaterThan(2 * 0.79);
  const whole = await service.metric('http_request_duration_seconds_sum', { route: ORDER });
  const stages = await Promise.all(['connection_wait', 'query'].map((name) => seconds(service, ORDER, name)));
  expect(stages[0]! + stages[1]!).toBeLessThanOrEqual(whole);
  expect(stages[0]).toBeGreaterThan(stages[1]!);
});

test('a query that the database ends has failed in its stage, with the SQLSTATE', async () => {
  const service = await start({ QUERY_MS: 10_000 });
  const answer = service.get('/api/db-pool-exhaust?concurrent_queries=1');
  await eventually('a query', async () => (await activity(`wait_event = 'PgSleep'`)) === 1);
  await postgres.admin(`select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'`);
  expect((await answer).status).toBe(503);
  expect(await failures(service, { route: EXHAUSTING, stage: 'query', reason: '57P01' })).toBe(1);
  expect(await failures(service, {})).toBe(1);
});

test('a database that dies during a query fails the query, and the service lives on', async () => {
  const dying = await startPostgres();
  const service = await start({ DATABASE_PORT: dying.port, QUERY_MS: 10_000 });
  try {
    const answer = service.get('/api/db-pool-exhaust?concurrent_queries=1');
    const sleeping = `select pid from pg_stat_activity where wait_event = 'PgSleep'`;
    const row = await eventually('a query', async () => (await dying.admin(sleeping))[0]);
    process.kill(row.pid as number, 'SIGKILL');
    expect(await answer).toMatchObject({
      status: 503,
      json: { error: 'database: Connection terminated unexpectedly (ECONNRESET)' },
    });
    expect(await failures(service, { route: EXHAUSTING, stage: 'query', reason: 'ECONNRESET' })).toBe(1);
    await eventually('a recovered database', async () => (await service.get('/api/order')).status === 200);
  } finally {
    await dying.stop();
  }
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
  const refusals = { route: EXHAUSTING, stage: 'connection_wait', reason: '53300' };
  expect(await Promise.all(services.map((service) => failures(service, refusals)))).toEqual(counted);
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
