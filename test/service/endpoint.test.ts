import type { AddressInfo } from 'node:net';
import express from 'express';
import { endpoint, type Handler } from '../../service/endpoint';
import { HttpError, ShedError } from '../../service/http-error';
import { createMetrics } from '../../service/metrics';
import { createServer } from '../../service/server';

const metrics = createMetrics();

async function answerOf(handler: Handler): Promise<{ status: number; body: string; headers: Headers }> {
  const app = express();
  app.get('/', endpoint('/', handler, metrics));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5_000) });
    return { status: response.status, body: await response.text(), headers: response.headers };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const fails = (error: Error): [string, Handler][] => [
  ['by rejecting', () => Promise.reject(error)],
  [
    'by throwing',
    () => {
      throw error;
    },
  ],
];

test.each(fails(new Error('secret detail')))(
  'an unexpected error %s gives 500 and is logged but not revealed',
  async (_, handler) => {
    const log = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const { status, body } = await answerOf(handler);
    const logged = log.mock.calls.join();
    log.mockRestore();
    expect([status, body]).toEqual([500, '{"error":"internal error"}']);
    expect(logged).toContain('secret detail');
  },
);

test.each(fails(new HttpError(418, 'a teapot', { 'X-Kind': 'teapot' })))(
  'an HttpError %s is returned with its headers',
  async (_, handler) => {
    const { status, body, headers } = await answerOf(handler);
    expect([status, body, headers.get('x-kind')]).toEqual([418, '{"error":"a teapot"}', 'teapot']);
  },
);

test('a shed request is counted by route and reason, and its answer says when to retry', async () => {
  const { status, headers } = await answerOf(() => Promise.reject(new ShedError('breaker', 'open', 1_500)));
  expect([status, headers.get('retry-after')]).toEqual([503, '2']);
  const exposed = await metrics.registry.metrics();
  expect(exposed).toContain('requests_shed_total{route="/",reason="breaker"} 1');
  expect(exposed).toContain(
    'http_request_stage_failures_total{route="/",stage="defence",reason="breaker"} 1',
  );
});
