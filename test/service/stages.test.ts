import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { type Operation, type Stage, StageMetrics } from '../../service/stages';
import { eventually } from '../support/eventually';
import { freePort } from '../support/processes';
import { burst, statuses, TestProcess } from './support';

jest.setTimeout(60_000);
afterEach(() => TestProcess.killAll());

const PRICE = '/api/price';
const FAN_OUT = '/api/cascade-failure';
const COMPUTING = '/api/cpu-intensive';

const seconds = (service: TestProcess, route: string, stage: Stage) =>
  service.metric('http_request_stage_seconds_total', { route, stage });
const failures = (service: TestProcess, labels: Record<string, string> = {}) =>
  service.metric('http_request_stage_failures_total', labels);

describe('the seconds of stages', () => {
  const STAGES: Stage[] = ['connection_wait', 'query'];

  /** A route with a clock that the test sets, ms. */
  function route() {
    const clock = { now: 1_000_000.1 };
    const registry = new Registry();
    const stages = new StageMetrics(registry, () => clock.now).route('/a', STAGES);
    const exposed = async (name: string) =>
      (await registry.getSingleMetric(name)!.get()).values.map(({ labels, value }) => ({ labels, value }));
    const read = async () =>
      (await exposed('http_request_stage_seconds_total')).map(({ value }) => 1000 * value);
    return { clock, stages, read, exposed };
  }

  /** An operation that ends, or fails, on demand. */
  function begin(stages: ReturnType<typeof route>['stages']) {
    let settle!: { resolve: () => void; reject: (error: Error) => void };
    let operation!: Operation;
    const passed = stages
      .pass(
        'connection_wait',
        () => 'reason',
        (begun) => {
          operation = begun;
          return new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
        },
      )
      .catch(() => undefined);
    return { operation, settle, passed };
  }

  test('are those of every operation, also of those that have not ended, and never shrink', async () => {
    const step = fc.record({
      ms: fc.double({ min: 0, max: 1e6, noNaN: true }),
      what: fc.constantFrom('begin', 'go on', 'end', 'fail'),
      which: fc.nat(5),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { clock, stages, read } = route();
        const running: { begun: ReturnType<typeof begin>; stage: number }[] = [];
        const expected = [0, 0];
        let before = await read();
        for (const { ms, what, which } of steps) {
          clock.now += ms;
          for (const { stage } of running) expected[stage]! += ms;
          const [chosen] = running.splice(what === 'begin' ? running.length : which, 1);
          if (what === 'begin') running.push({ begun: begin(stages), stage: 0 });
          if (what === 'go on') chosen?.begun.operation.goOnTo('query');
          if (what === 'go on' && chosen) running.push({ ...chosen, stage: 1 });
          if (what === 'end') chosen?.begun.settle.resolve();
          if (what === 'fail') chosen?.begun.settle.reject(new Error());
          if (what === 'end' || what === 'fail') await chosen?.begun.passed;
          const after = await read();
          after.forEach((value, index) => {
            expect(value).toBeGreaterThanOrEqual(before[index]!);
            expect(value).toBeCloseTo(expected[index]!, 3);
          });
          before = after;
        }
      }),
      { numRuns: 100 },
    );
  });

  test('are 0 from the start for the stages of a route', async () => {
    expect(await route().read()).toEqual([0, 0]);
  });

  test('come with the number of operations that have left the stage', async () => {
    const { stages, exposed } = route();
    const [waiting, querying, ended] = [begin(stages), begin(stages), begin(stages)];
    querying.operation.goOnTo('query');
    ended.operation.goOnTo('query');
    ended.settle.resolve();
    await ended.passed;
    const left = (await exposed('http_request_stage_operations_total')).map(({ value }) => value);
    expect(left).toEqual([2, 1]);
    for (const { settle } of [waiting, querying]) settle.resolve();
    await Promise.all([waiting.passed, querying.passed]);
  });

  test('do not grow for an operation that has ended, even if it would go on', async () => {
    const { clock, stages, read, exposed } = route();
    const { operation, settle, passed } = begin(stages);
    clock.now += 50;
    settle.reject(new Error());
    await passed;
    operation.goOnTo('query');
    clock.now += 1000;
    expect(await read()).toEqual([expect.closeTo(50), 0]);
    expect(await exposed('http_request_stage_failures_total')).toEqual([
      { labels: { route: '/a', stage: 'connection_wait', reason: 'reason' }, value: 1 },
    ]);
  });
});

describe('downstream calls', () => {
  async function system(baseLatencyMs: number, env: Record<string, string | number> = {}) {
    const downstream = await TestProcess.start('downstream', {
      BASE_LATENCY_MS: baseLatencyMs,
      MAX_CONCURRENCY: 100,
      CONTENTION_PERCENT: 0,
    });
    return TestProcess.start('service', { DOWNSTREAM_URL: downstream.url, ...env });
  }

  test('that wait for a socket are told from those that wait for the downstream, while they last', async () => {
    const service = await system(60_000, { DOWNSTREAM_MAX_SOCKETS: 5 });
    const leaving = new AbortController();
    const calls = [service.get(FAN_OUT, { signal: leaving.signal })];
    await eventually('no free socket', () => seconds(service, FAN_OUT, 'downstream'));
    calls.push(service.get(PRICE, { signal: leaving.signal }));
    const first = await eventually('a wait', () => seconds(service, PRICE, 'socket_wait'));
    expect(await seconds(service, PRICE, 'socket_wait')).toBeGreaterThan(first);
    expect(await seconds(service, PRICE, 'downstream')).toBe(0);
    expect(await seconds(service, FAN_OUT, 'downstream')).toBeGreaterThan(
      await seconds(service, FAN_OUT, 'socket_wait'),
    );
    leaving.abort();
    await Promise.allSettled(calls);
  });

  test('have spent their whole time in the two stages when they end', async () => {
    const service = await system(500, { DOWNSTREAM_MAX_SOCKETS: 5 });
    const fanOuts = burst(service, FAN_OUT, 2);
    await eventually(
      'a queue for sockets',
      async () => (await service.metric('downstream_sockets_waiting')) === 5,
    );
    expect(statuses([await service.get(PRICE), ...(await fanOuts)])).toEqual([200]);
    expect(await seconds(service, FAN_OUT, 'downstream')).toBeGreaterThan(10 * 0.49);
    expect(await seconds(service, FAN_OUT, 'socket_wait')).toBeGreaterThan(5 * 0.49);
    const [waited, answered] = [
      await seconds(service, PRICE, 'socket_wait'),
      await seconds(service, PRICE, 'downstream'),
    ];
    expect(answered).toBeGreaterThan(0.49);
    expect(waited).toBeGreaterThan(0.49);
    expect(waited + answered).toBeLessThanOrEqual(
      await service.metric('http_request_duration_seconds_sum', { route: PRICE }),
    );
    expect(await failures(service)).toBe(0);
  });

  test('that time out have failed in the stage that they were in, and their wait counts', async () => {
    const service = await system(60_000, { DOWNSTREAM_MAX_SOCKETS: 1, DOWNSTREAM_TIMEOUT_MS: 300 });
    expect(statuses(await burst(service, FAN_OUT, 10))).toEqual([504]);
    const timedOut = { route: FAN_OUT, reason: 'timeout' };
    await eventually('fifty timeouts', async () => (await failures(service, timedOut)) === 50);
    expect(await failures(service, { ...timedOut, stage: 'socket_wait' })).toBeGreaterThan(0);
    expect(await failures(service, { ...timedOut, stage: 'downstream' })).toBeGreaterThan(0);
    const waited = await seconds(service, FAN_OUT, 'socket_wait');
    const served = await seconds(service, FAN_OUT, 'downstream');
    expect(waited + served).toBeGreaterThan(50 * 0.29);
    expect(waited).toBeGreaterThan(served);
    expect(await seconds(service, FAN_OUT, 'socket_wait')).toBe(waited);
  });

  const answers: [reason: string, status: number, answer: (response: ServerResponse) => void][] = [
    ['http_503', 502, (response) => response.writeHead(503).end()],
    ['ECONNRESET', 502, (response) => response.destroy()],
    [
      'ECONNRESET',
      502,
      (response) => {
        response.writeHead(200, { 'Content-Length': 100 }).write('{"latencyMs"');
        setImmediate(() => response.destroy());
      },
    ],
  ];
  test.each(answers)('keep the reason of their failure: %s', async (reason, status, answer) => {
    const failing = createServer((_, response) => answer(response));
    const service = await TestProcess.start('service', { DOWNSTREAM_URL: await listen(failing) });
    try {
      expect((await service.get(PRICE)).status).toBe(status);
      expect(await failures(service, { route: PRICE, stage: 'downstream', reason })).toBe(1);
      expect(await failures(service)).toBe(1);
    } finally {
      failing.closeAllConnections();
      failing.close();
    }
  });

  test('that are refused keep the errno', async () => {
    const url = `http://127.0.0.1:${await freePort('127.0.0.1')}`;
    const service = await TestProcess.start('service', { DOWNSTREAM_URL: url });
    expect((await service.get(PRICE)).status).toBe(502);
    expect(await failures(service, { route: PRICE, stage: 'downstream', reason: 'ECONNREFUSED' })).toBe(1);
  });
});

describe('CPU tasks', () => {
  /** A task takes 400 ms of CPU time. */
  const start = (env: Record<string, string | number>) =>
    TestProcess.start('service', { CPU_MICROS_PER_COMPLEXITY: 40_000, WORKER_THREADS: 1, ...env });
  const TASK = `${COMPUTING}?complexity=10`;

  test('that wait for a worker thread are told from the one that runs, while they last and afterwards', async () => {
    const service = await start({});
    expect(await service.metric('worker_threads_max')).toBe(1);
    expect(await service.metric('worker_threads_busy')).toBe(0);
    const answers = burst(service, TASK, 3);
    await eventually('a queue', async () => (await service.metric('worker_queue_size')) === 2);
    expect(await service.metric('worker_threads_busy')).toBe(1);
    const first = await eventually('a wait', () => seconds(service, COMPUTING, 'worker_queue'));
    expect(await seconds(service, COMPUTING, 'worker_queue')).toBeGreaterThan(first);
    expect(statuses(await answers)).toEqual([200]);
    expect(await service.metric('worker_threads_busy')).toBe(0);
    const run = await seconds(service, COMPUTING, 'worker_run');
    expect(run).toBeGreaterThanOrEqual(await service.metric('worker_run_seconds_sum'));
    expect(await seconds(service, COMPUTING, 'worker_queue')).toBeGreaterThan(3 * 0.39);
  });

  test('on the event loop have no queue and no threads', async () => {
    const service = await start({ OFFLOAD_CPU_WORK: 'false' });
    expect(statuses(await burst(service, TASK, 2))).toEqual([200]);
    const { text } = await service.get('/metrics');
    expect(text).not.toContain('stage="worker_queue"');
    expect(await seconds(service, COMPUTING, 'worker_run')).toBeGreaterThan(2 * 0.39);
    expect(await service.metric('worker_threads_max')).toBe(0);
    expect(await service.metric('worker_threads_busy')).toBe(0);
  });

  test('that a defence refuses have failed in the stage defence', async () => {
    const service = await start({ ADMISSION_LIMIT: 1 });
    const refused = (await burst(service, TASK, 5)).filter(({ status }) => status === 503).length;
    expect(refused).toBeGreaterThan(0);
    const labels = { route: COMPUTING, stage: 'defence', reason: 'admission' };
    expect(await failures(service, labels)).toBe(refused);
    expect(await failures(service)).toBe(refused);
  });
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
