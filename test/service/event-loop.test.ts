import { setTimeout as sleep } from 'node:timers/promises';
import { TestProcess } from './support';

jest.setTimeout(60_000);
afterAll(() => TestProcess.killAll());

/** Two seconds of CPU: far longer than two requests need to arrive one after the other. */
const HEAVY = { CPU_MICROS_PER_COMPLEXITY: 100_000 };

/** Which of two requests is answered first: one that computes, and one that needs nothing and comes a moment later. */
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

test('in worker threads, CPU work leaves the event loop to others', async () => {
  expect(await orderOfAnswers({})).toEqual(['ping', 'computed']);
});

test('on the event loop, everything else waits for it', async () => {
  expect(await orderOfAnswers({ OFFLOAD_CPU_WORK: 'false' })).toEqual(['computed', 'ping']);
});
