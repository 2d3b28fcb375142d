import { setTimeout as sleep } from 'node:timers/promises';
import { TestProcess } from './support';

jest.setTimeout(60_000);
afterAll(() => TestProcess.killAll());

/** Two seconds of CPU, far longer than the interval between the two requests. */
const HEAVY = { CPU_MICROS_PER_COMPLEXITY: 100_000 };

/**
 * The order of two answers: the first request computes, and the second arrives a moment later and needs no
 * work.
 */
async function orderOfAnswers(env: Record<string, string | number>): Promise<string[]> {
  const service = await TestProcess.start('service', { ...HEAVY, ...env });
  const order: string[] = [];
  const computing = service.get('/api/cpu-intensive?complexity=20').then(({ status, json }) => {
    order.push('computed');
    expect(status).toBe(200);
    expect(json).toMatchObject({ complexity: 20, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
  await sleep(200);
  const pinging = service.get('/api/ping').then(() => order.push('ping'));
  await Promise.all([computing, pinging]);
  return order;
}

test('CPU work in worker threads keeps the event loop free', async () => {
  expect(await orderOfAnswers({})).toEqual(['ping', 'computed']);
});

test('CPU work on the event loop makes everything else wait', async () => {
  expect(await orderOfAnswers({ OFFLOAD_CPU_WORK: 'false' })).toEqual(['computed', 'ping']);
});
