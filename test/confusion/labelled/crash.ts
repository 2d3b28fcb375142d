import type { Happening, LabelledRun } from '../labelled';
import { cpu, cpuLimit, dependencyOf, fast, order, price, wrongPath } from './users';

const KILLED = { at: 8, do: 'kill', app: 'backend' } satisfies Happening;

/** A backend that dies is back after two to three seconds: it starts, calibrates and is probed. */
export const CRASH: LabelledRun[] = [
  {
    name: 'crash-once',
    what: 'the backend dies once and comes back',
    kind: 'plain',
    causes: ['crash'],
    load: { seconds: 20, users: [fast(20), price(5)] },
    happens: [KILLED],
  },
  {
    name: 'crash-few-readers',
    what: 'the backend dies once; three orders a second are read',
    kind: 'half strength',
    causes: ['crash'],
    load: { seconds: 20, users: [order(3)] },
    happens: [KILLED],
  },
  {
    name: 'crash-of-both-replicas',
    what: 'both replicas die once, half a second apart, and come back',
    kind: 'other route',
    causes: ['crash'],
    set: ['backend.replicas=2'],
    load: { seconds: 20, users: [price(20), fast(10)] },
    happens: [
      { ...KILLED, pod: 0 },
      { ...KILLED, at: 8.5, pod: 1 },
    ],
  },
  {
    name: 'crash-and-dependency',
    what: 'the backend dies once, and a dependency takes three seconds',
    kind: 'two causes',
    causes: ['crash', 'slow dependency'],
    set: dependencyOf(3000),
    load: { seconds: 22, users: [fast(20), price(5)] },
    happens: [KILLED],
  },
  {
    name: 'crash-and-busy-cpu',
    what: 'the backend dies once, with a CPU that is half busy',
    kind: 'harmless confounder',
    causes: ['crash'],
    load: { seconds: 22, users: [cpu(14), order(5)] },
    happens: [KILLED],
  },
  {
    name: 'crash-on-busy-machine',
    what: 'the backend dies once, and a busy process on each core',
    kind: 'busy machine',
    causes: ['crash'],
    burnersPerCore: 1,
    load: { seconds: 20, users: [fast(20), price(5)] },
    happens: [KILLED],
  },
];

const DYING: Happening = { at: 5, do: 'keep dead', app: 'backend' };

export const CRASH_LOOP: LabelledRun[] = [
  {
    name: 'crash-loop',
    what: 'the backend dies at each start',
    kind: 'plain',
    causes: ['crash loop'],
    load: { seconds: 22, users: [fast(20), price(5)] },
    happens: [DYING],
  },
  {
    name: 'crash-loop-orders',
    what: 'the backend dies at each start, with users who read orders in a loop',
    kind: 'other route',
    causes: ['crash loop'],
    load: { seconds: 22, users: [{ path: '/api/order?id=5', vus: 10, pauseSeconds: 0.5 }] },
    happens: [DYING],
  },
  {
    name: 'crash-loop-that-ends',
    what: 'the backend dies twice and comes back after its back-off',
    kind: 'half strength',
    causes: ['crash loop'],
    load: { seconds: 26, users: [fast(20), order(5)] },
    happens: [{ ...DYING, until: 9 }],
  },
  {
    name: 'crash-loop-of-both-replicas',
    what: 'both replicas die at each start',
    kind: 'other limit',
    causes: ['crash loop'],
    set: ['backend.replicas=2'],
    load: { seconds: 22, users: [fast(20), price(5)] },
    happens: [DYING, { ...DYING, pod: 1 }],
  },
  {
    name: 'crash-loop-and-wrong-path',
    what: 'the backend dies at each start from the twelfth second on; until then clients ask for a path that does not exist',
    kind: 'two causes',
    causes: ['crash loop', 'client errors'],
    load: { seconds: 26, users: [fast(20), wrongPath(5)] },
    happens: [{ ...DYING, at: 12 }],
  },
];

export const FROZEN: LabelledRun[] = [
  {
    name: 'frozen-backend-5s',
    what: 'the backend stands still for five seconds',
    kind: 'plain',
    causes: ['frozen process'],
    load: { seconds: 20, users: [fast(20), order(5)] },
    happens: [{ at: 7, do: 'freeze', app: 'backend', seconds: 5 }],
  },
  {
    name: 'frozen-dependency-5s',
    what: 'the dependency stands still for five seconds',
    kind: 'other route',
    causes: ['frozen process'],
    load: { seconds: 20, users: [price(8), fast(10)] },
    happens: [{ at: 7, do: 'freeze', app: 'downstream', seconds: 5 }],
  },
  {
    name: 'frozen-database-5s',
    what: 'the database stands still for five seconds, with room in the pool for all who wait',
    kind: 'other route',
    causes: ['frozen process'],
    set: ['backend.dbPoolSize=80', 'postgres.maxConnections=90', 'backend.dbAcquireTimeoutMs=10000'],
    load: { seconds: 20, users: [order(8, { timeoutSeconds: 10 }), fast(10)] },
    happens: [{ at: 7, do: 'freeze', app: 'postgres', seconds: 5 }],
  },
  {
    name: 'frozen-backend-3s',
    what: 'the backend stands still for three seconds; all are answered',
    kind: 'half strength',
    causes: ['frozen process'],
    load: { seconds: 20, users: [fast(20), price(5)] },
    happens: [{ at: 8, do: 'freeze', app: 'backend', seconds: 3 }],
  },
  {
    name: 'frozen-backend-again-and-again',
    what: 'the backend stands still for two and a half seconds, every seven seconds',
    kind: 'other limit',
    causes: ['frozen process'],
    set: cpuLimit('backend', 1000),
    load: { seconds: 26, users: [fast(30), order(5)] },
    happens: [{ at: 5, do: 'freeze', app: 'backend', seconds: 2.5, every: 7 }],
  },
  {
    name: 'frozen-replica',
    what: 'one of two replicas stands still for five seconds',
    kind: 'other limit',
    causes: ['frozen process'],
    besides: ['replica down'],
    set: ['backend.replicas=2'],
    load: { seconds: 22, users: [fast(30), price(5)] },
    happens: [{ at: 7, do: 'freeze', app: 'backend', pod: 1, seconds: 5 }],
  },
  {
    name: 'frozen-dependency-and-wrong-path',
    what: 'the dependency stands still for five seconds, and clients ask for a path that does not exist',
    kind: 'two causes',
    causes: ['frozen process', 'client errors'],
    load: { seconds: 20, users: [price(8), wrongPath(5), fast(5)] },
    happens: [{ at: 7, do: 'freeze', app: 'downstream', seconds: 5 }],
  },
];
