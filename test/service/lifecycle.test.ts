import { Agent, request } from 'node:http';
import { eventually } from '../support/eventually';
import { TestProcess } from './support';

jest.setTimeout(60_000);

afterEach(() => TestProcess.killAll());

const spawned = (env: Record<string, string | number> = {}) => TestProcess.spawn('service', env);
const ready = (env: Record<string, string | number> = {}) => TestProcess.start('service', env);

const inFlight = (service: TestProcess) =>
  eventually('a request in flight', () => service.metric('http_requests_in_flight', { route: '/api/slow' }));

test('the service is alive but not ready until its work is calibrated', async () => {
  const service = await spawned();
  await service.logged('started');
  const [early, health] = await Promise.all([service.get('/ready'), service.get('/health')]);
  expect(early).toMatchObject({ status: 503, json: { status: 'starting' } });
  expect(health.status).toBe(200);
  expect((await service.logged('calibrated')).microsPerIteration).toBeGreaterThan(0);
  await service.logged('ready');
  expect((await service.get('/ready')).status).toBe(200);
});

test('SIGTERM answers the request in flight, refuses new connections and exits with 0', async () => {
  const service = await ready();
  const slow = service.get('/api/slow?delay=1');
  await inFlight(service);
  service.signal('SIGTERM');
  await eventually('a refused connection', () =>
    service.get('/health').then(
      () => false,
      () => true,
    ),
  );
  expect(await slow).toMatchObject({ status: 200, json: { delayMs: 1000 } });
  expect(await service.exit()).toEqual({ code: 0, signal: null });
  expect(service.logs.map(({ event }) => event)).toEqual([
    'started',
    'calibrated',
    'ready',
    'draining',
    'stopped',
  ]);
  expect(service.stderr).toBe('');
});

test('during the drain delay the service is not ready, still answers, and closes connections after each answer', async () => {
  const service = await ready({ DRAIN_DELAY_MS: 1_000 });
  service.signal('SIGTERM');
  await service.logged('draining');
  const [probe, fast] = await Promise.all([service.get('/ready'), service.get('/api/fast')]);
  expect(probe).toMatchObject({ status: 503, json: { status: 'draining' } });
  expect(fast.status).toBe(200);
  expect(fast.headers.get('connection')).toBe('close');
  expect((await service.exit()).code).toBe(0);
});

test('an idle keep-alive connection does not delay the end', async () => {
  const service = await ready();
  const agent = new Agent({ keepAlive: true });
  const closed = new Promise<void>((resolve, reject) => {
    request(`${service.url}/api/fast`, { agent }, (response) => {
      response.socket.once('close', () => resolve());
      response.resume().once('end', () => service.signal('SIGTERM'));
    })
      .once('error', reject)
      .end();
  });
  expect(await service.exit()).toEqual({ code: 0, signal: null });
  await closed;
  agent.destroy();
});

test('a request that outlasts the drain timeout is cut off, and the service exits with 1', async () => {
  const service = await ready({ DRAIN_TIMEOUT_MS: 200 });
  const slow = service.get('/api/slow?delay=30').catch(() => 'cut off');
  await inFlight(service);
  service.signal('SIGTERM');
  expect(await service.exit()).toEqual({ code: 1, signal: null });
  expect(await slow).toBe('cut off');
});

test('a second SIGTERM ends the service at once with 1', async () => {
  const service = await ready({ DRAIN_TIMEOUT_MS: 600_000 });
  const slow = service.get('/api/slow?delay=30').catch(() => 'cut off');
  await inFlight(service);
  service.signal('SIGTERM');
  await service.logged('draining');
  service.signal('SIGTERM');
  expect(await service.exit()).toEqual({ code: 1, signal: null });
  expect(await slow).toBe('cut off');
});

test('SIGTERM before the service is ready ends it with 0', async () => {
  const service = await spawned();
  await service.logged('started');
  service.signal('SIGTERM');
  expect(await service.exit()).toEqual({ code: 0, signal: null });
});

test('a taken port ends the service with 1 and an error message', async () => {
  const first = await ready();
  const second = await spawned({ PORT: new URL(first.url).port });
  expect((await second.exit()).code).toBe(1);
  expect(second.logs[0]).toMatchObject({ event: 'error', message: expect.stringContaining('EADDRINUSE') });
});
