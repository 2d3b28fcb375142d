import { TestProcess, burst, statuses } from '../service/support';
import { eventually } from '../support/eventually';

jest.setTimeout(60_000);

const start = (env: Record<string, string | number> = {}) => TestProcess.start('downstream', env);
afterEach(() => TestProcess.killAll());

test('/work answers with its service time, which grows with the number of concurrent calls', async () => {
  const downstream = await start({ BASE_LATENCY_MS: 20, MAX_CONCURRENCY: 2, CONTENTION_PERCENT: 50 });
  expect((await downstream.get('/work')).json).toEqual({ latencyMs: 20 });
  const latencies = (await burst(downstream, '/work', 12)).map(({ json }) => json?.latencyMs as number);
  expect(Math.max(...latencies)).toBeGreaterThanOrEqual(20 * (1 + 0.5 * 8));
});

test('calls neither queue nor contend when faults are off', async () => {
  const downstream = await start({ FAULTS_ENABLED: 'false', MAX_CONCURRENCY: 1, CONTENTION_PERCENT: 100 });
  const answers = await burst(downstream, '/work', 20);
  expect(answers.map(({ json }) => json)).toEqual(answers.map(() => ({ latencyMs: 5 })));
  expect((await downstream.get('/metrics')).text).toContain('\ndownstream_slots +Inf\n');
});

test('the metrics follow the calls', async () => {
  const downstream = await start({ BASE_LATENCY_MS: 1500, MAX_CONCURRENCY: 2, CONTENTION_PERCENT: 0 });
  const answers = burst(downstream, '/work', 3);
  await eventually('a queued call', async () => (await downstream.metric('downstream_queued')) === 1);
  expect(await downstream.metric('downstream_active')).toBe(2);
  expect(await downstream.metric('downstream_slots')).toBe(2);
  expect(await downstream.metric('http_requests_in_flight', { route: '/work' })).toBe(3);
  expect(statuses(await answers)).toEqual([200]);
  expect(await downstream.metric('downstream_service_seconds_count')).toBe(3);
  expect(
    await downstream.metric('http_request_duration_seconds_count', { route: '/work', status: '200' }),
  ).toBe(3);
  expect(await downstream.metric('process_cpu_seconds_total')).toBeGreaterThan(0);
});

test('a caller that leaves the queue is counted as 499, and its call is not processed', async () => {
  const downstream = await start({ BASE_LATENCY_MS: 300, MAX_CONCURRENCY: 1 });
  const first = downstream.get('/work');
  await eventually('an active call', async () => (await downstream.metric('downstream_active')) === 1);
  const leaving = new AbortController();
  const second = downstream.get('/work', { signal: leaving.signal }).catch((error: Error) => error.name);
  await eventually('a queued call', async () => (await downstream.metric('downstream_queued')) === 1);
  leaving.abort();
  expect(await second).toBe('AbortError');
  await first;
  await eventually('a 499', () =>
    downstream.metric('http_request_duration_seconds_count', { status: '499' }),
  );
  expect(await downstream.metric('downstream_service_seconds_count')).toBe(1);
});

test('unknown routes and methods are refused with JSON errors', async () => {
  const downstream = await start();
  expect(await downstream.get('/nothing')).toMatchObject({
    status: 404,
    json: { error: 'no route /nothing' },
  });
  const refused = await downstream.get('/work', { method: 'POST' });
  expect(refused.status).toBe(405);
  expect(refused.headers.get('allow')).toBe('GET, HEAD');
});

test('SIGTERM answers the call in flight, refuses new connections and exits with 0', async () => {
  const downstream = await start({ BASE_LATENCY_MS: 500 });
  const inFlight = downstream.get('/work');
  await eventually('an active call', async () => (await downstream.metric('downstream_active')) === 1);
  downstream.signal('SIGTERM');
  await downstream.logged('draining');
  await eventually('a refused connection', () =>
    downstream.get('/health').then(
      () => false,
      () => true,
    ),
  );
  expect((await inFlight).status).toBe(200);
  expect(await downstream.exit()).toEqual({ code: 0, signal: null });
});

test('a call that outlasts the drain timeout makes the process exit with 1', async () => {
  const downstream = await start({ BASE_LATENCY_MS: 20_000, DRAIN_TIMEOUT_MS: 100 });
  const inFlight = downstream.get('/work').catch(() => 'cut off');
  await eventually('an active call', async () => (await downstream.metric('downstream_active')) === 1);
  downstream.signal('SIGTERM');
  expect(await downstream.exit()).toEqual({ code: 1, signal: null });
  expect(await inFlight).toBe('cut off');
});

test.each([
  ['PORT', 'http', 'PORT must be an integer from 0 to 65535, found "http"\n'],
  ['MAX_CONCURRENCY', '0', 'MAX_CONCURRENCY must be an integer from 1 to 10000, found "0"\n'],
  ['FAULTS_ENABLED', 'yes', 'FAULTS_ENABLED must be true or false, found "yes"\n'],
])('%s=%s ends the process with code 2 and one line', async (name, value, message) => {
  const refused = await TestProcess.spawn('downstream', { [name]: value });
  expect(await refused.exit()).toEqual({ code: 2, signal: null });
  expect(refused.stderr).toBe(message);
});
