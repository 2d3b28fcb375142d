import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../support/eventually';
import { burst, statuses, TestProcess } from './support';

jest.setTimeout(60_000);

afterEach(() => TestProcess.killAll());

/** A service with 5 sockets and a downstream with this latency. */
async function system(baseLatencyMs: number, env: Record<string, string | number> = {}) {
  const downstream = await TestProcess.start('downstream', {
    BASE_LATENCY_MS: baseLatencyMs,
    MAX_CONCURRENCY: 100,
    CONTENTION_PERCENT: 0,
  });
  const service = await TestProcess.start('service', {
    DOWNSTREAM_URL: downstream.url,
    DOWNSTREAM_MAX_SOCKETS: 5,
    ...env,
  });
  return { downstream, service };
}

test('a cascade request makes five calls, and price makes one', async () => {
  const { downstream, service } = await system(10);
  expect((await service.get('/api/cascade-failure')).json).toEqual({ latencyMs: [10, 10, 10, 10, 10] });
  expect((await service.get('/api/price')).json).toEqual({ priceCents: 4200, latencyMs: 10 });
  expect(await downstream.metric('downstream_service_seconds_count')).toBe(6);
  expect(await service.metric('downstream_request_duration_seconds_count', { result: 'ok' })).toBe(6);
});

test('price waits for a socket behind the fan-outs, although the downstream has capacity', async () => {
  const { downstream, service } = await system(1_500);
  const fanOuts = burst(service, '/api/cascade-failure', 4);
  await eventually(
    'a queue for sockets',
    async () => (await service.metric('downstream_sockets_waiting')) === 15,
  );
  expect(await service.metric('downstream_sockets_used')).toBe(5);
  expect(await service.metric('downstream_sockets_max')).toBe(5);
  expect(await downstream.metric('downstream_active')).toBe(5);
  expect(await downstream.metric('downstream_queued')).toBe(0);
  const start = performance.now();
  const price = await service.get('/api/price');
  expect(price.json?.latencyMs).toBe(1_500);
  expect(performance.now() - start).toBeGreaterThan(3 * 1_500);
  expect(statuses(await fanOuts)).toEqual([200]);
});

test('a timeout answers 504 and frees the socket and the place in the queue', async () => {
  // A call that kept its socket, or took one after its timeout, would hold it for longer than this test lasts.
  const { downstream, service } = await system(60_000, { DOWNSTREAM_TIMEOUT_MS: 300 });
  const answers = await burst(service, '/api/cascade-failure', 4);
  expect(statuses(answers)).toEqual([504]);
  expect(answers[0]?.json).toEqual({ error: 'downstream did not answer within 300 ms' });
  await eventually('free sockets', async () => (await service.metric('downstream_sockets_used')) === 0);
  expect(await service.metric('downstream_sockets_waiting')).toBe(0);
  expect(await service.metric('downstream_request_duration_seconds_count', { result: 'timeout' })).toBe(20);
  await eventually(
    'no calls',
    async () => (await downstream.metric('http_requests_in_flight', { route: '/work' })) === 0,
  );
});

test('an open breaker fails price at once with 503 and Retry-After, and closes when the downstream recovers', async () => {
  let healthy = false;
  let calls = 0;
  const flaky = createServer((_, response) => {
    calls++;
    response.writeHead(healthy ? 200 : 500, { 'Content-Type': 'application/json' }).end('{"latencyMs":1}');
  });
  await new Promise<void>((resolve) => flaky.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(flaky.address() as AddressInfo).port}`;
  const service = await TestProcess.start('service', {
    DOWNSTREAM_URL: url,
    BREAKER_FAILURES: 3,
    BREAKER_RESET_MS: 1_500,
  });
  try {
    for (let i = 0; i < 3; i++) {
      expect(await service.get('/api/price')).toMatchObject({
        status: 502,
        json: { error: 'downstream answered 500' },
      });
    }
    const refused = await service.get('/api/price');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect(calls).toBe(3);
    expect(await service.metric('circuit_breaker_state')).toBe(2);
    expect(await service.metric('requests_shed_total', { route: '/api/price', reason: 'breaker' })).toBe(1);
    healthy = true;
    await eventually('a closed breaker', async () => (await service.get('/api/price')).status === 200);
    expect(await service.metric('circuit_breaker_state')).toBe(0);
  } finally {
    flaky.closeAllConnections();
    flaky.close();
  }
});

test('a failed call is retried at once up to the limit, and each retry is counted', async () => {
  let calls = 0;
  const broken = createServer((_, response) => {
    calls++;
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;
  const service = await TestProcess.start('service', { DOWNSTREAM_URL: url, DOWNSTREAM_RETRIES: 3 });
  try {
    expect((await service.get('/api/price')).status).toBe(502);
    expect(calls).toBe(4);
    expect(await service.metric('downstream_retries_total')).toBe(3);
    const failed = { route: '/api/price', stage: 'downstream', reason: 'http_500' };
    expect(await service.metric('http_request_stage_failures_total', failed)).toBe(4);
  } finally {
    broken.closeAllConnections();
    broken.close();
  }
});

test('a bulkhead keeps sockets free for price while it sheds fan-outs', async () => {
  const { service } = await system(1_000, { DOWNSTREAM_MAX_SOCKETS: 7, BULKHEAD_MAX_CONCURRENT: 5 });
  const fanOuts = burst(service, '/api/cascade-failure', 4);
  await eventually(
    'a fan-out in flight',
    async () => (await service.metric('downstream_sockets_used')) === 5,
  );
  expect((await service.get('/api/price')).status).toBe(200);
  expect(await service.metric('downstream_sockets_waiting')).toBe(0);
  const answers = await fanOuts;
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 503, 503, 503]);
  expect(answers.find(({ status }) => status === 503)?.headers.get('retry-after')).toBe('1');
  expect(await service.metric('requests_shed_total', { reason: 'bulkhead' })).toBe(3);
});

test('the calls of a request run one after another when faults are off', async () => {
  const { downstream, service } = await system(300, { FAULTS_ENABLED: 'false' });
  const fanOut = service.get('/api/cascade-failure');
  await eventually('a call', async () => (await downstream.metric('downstream_active')) === 1);
  expect(await service.metric('downstream_sockets_used')).toBe(1);
  expect((await fanOut).json?.latencyMs).toHaveLength(5);
});
