import { join } from 'node:path';
import { builtRunners, record } from '../load/support/runners';
import { startTarget } from '../load/support/target';
import type { Load, Users } from './labelled';

jest.setTimeout(60_000);

const USERS: Record<string, Users> = {
  'arrive at their rate and at no other time': {
    path: '/work?ms=1',
    name: 'rate',
    rate: 10,
    from: 1,
    to: 2.95,
  },
  'may arrive less than once a second': { path: '/work', name: 'rare', rate: 0.5, to: 1.95 },
  'try again after a failure': { path: '/work?status=503', name: 'retries', rate: 2, retries: 2, to: 1.95 },
  'do not try again after a success': { path: '/work', name: 'no retry', rate: 2, retries: 2, to: 1.95 },
  'send several requests whatever their results are': {
    path: '/work?status=404',
    name: 'several',
    rate: 2,
    requests: 3,
    to: 1.95,
  },
  'give up in time': { path: '/work?ms=2000', name: 'timeout', rate: 2, timeoutSeconds: 0.5, to: 1.95 },
  'in a loop pause between two requests': {
    path: '/work',
    name: 'loop',
    vus: 2,
    pauseSeconds: 0.6,
    to: 1.95,
  },
  'have the path without its query as their name': { path: '/work?ms=2', rate: 3, to: 1.95 },
};

const EXPECTED: [users: string, name: string, outcome: string, count: number][] = [
  ['arrive at their rate and at no other time', 'rate', 'ok', 20],
  ['may arrive less than once a second', 'rare', 'ok', 1],
  ['try again after a failure', 'retries', 'http_5xx', 12],
  ['do not try again after a success', 'no retry', 'ok', 4],
  ['send several requests whatever their results are', 'several', 'http_4xx', 12],
  ['give up in time', 'timeout', 'timeout', 4],
  ['have the path without its query as their name', '/work', 'ok', 6],
];

describe('users of a labelled run', () => {
  const counts = new Map<string, number>();
  let firstOfRate = Infinity;

  beforeAll(async () => {
    const target = await startTarget();
    const load: Load = { seconds: 3, users: Object.values(USERS) };
    const { embedded } = await builtRunners();
    const script = join(__dirname, 'load.js');
    const env = { BASE_URL: target.url, LOAD: JSON.stringify(load) };
    const { requests } = await record(embedded, { script, env });
    target.stop();
    for (const { t, name, outcome, count } of requests) {
      counts.set(`${name} ${outcome}`, (counts.get(`${name} ${outcome}`) ?? 0) + count);
      if (name === 'rate') firstOfRate = Math.min(firstOfRate, t);
    }
  }, 120_000);

  it.each(EXPECTED)('%s', (_, name, outcome, count) => {
    expect(Object.fromEntries(counts)).toMatchObject({ [`${name} ${outcome}`]: count });
  });

  it('in a loop pause between two requests', () => {
    const count = counts.get('loop ok');
    expect(count).toBeGreaterThanOrEqual(2);
    expect(count).toBeLessThanOrEqual(8); // two users, each at 0, 0.6, 1.2 and 1.8 s at the earliest
  });

  it('come when they should and not before', () => {
    expect(firstOfRate).toBeGreaterThan(1000);
  });

  it('do nothing else', () => {
    const expected = EXPECTED.map(([, name, outcome]) => `${name} ${outcome}`);
    expect([...counts.keys()].sort()).toEqual([...expected, 'loop ok'].sort());
  });
});
