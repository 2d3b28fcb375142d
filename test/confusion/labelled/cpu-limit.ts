import type { LabelledRun } from '../labelled';
import { cpu, cpuLimit, dependencyOf, fanOut, fast, order, queries, wrongPath } from './users';

/** At the default limit of 500m, complexity 30 can be served 31 times a second. */
export const CPU_LIMIT: LabelledRun[] = [
  {
    name: 'cpu-45-a-second',
    what: 'CPU work for 0.72 cores, where the limit is half a core',
    kind: 'plain',
    causes: ['cpu limit'],
    load: { seconds: 22, users: [cpu(45, { timeoutSeconds: 2 }), fast(5)] },
  },
  {
    name: 'cpu-of-fan-out',
    what: 'a fan-out to a quick dependency, too often for a tenth of a core',
    kind: 'other route',
    causes: ['cpu limit'],
    // Five calls take at least 2 ms of CPU time, so 100 requests a second take twice the limit.
    set: [
      ...dependencyOf(5),
      ...cpuLimit('downstream', 1000),
      ...cpuLimit('backend', 100),
      'backend.downstreamMaxSockets=500',
      // A probe that gives up would hide the queue: without traffic there is none.
      'backend.readinessProbe.timeoutSeconds=30',
    ],
    load: { seconds: 20, users: [fanOut(100, { timeoutSeconds: 3 }), fast(2)] },
  },
  {
    name: 'cpu-18-a-second',
    what: 'CPU work for 0.29 of half a core',
    kind: 'half strength',
    causes: ['healthy'],
    load: { seconds: 20, users: [cpu(18), fast(5)] },
  },
  {
    name: 'cpu-only-slow',
    what: 'CPU work for a fifth more than the limit, and patient clients: slow, but all are answered',
    kind: 'half strength',
    causes: ['cpu limit'],
    // After 22 s, the queue is (39 - 31) * 22 = 176 requests or 5.7 s long.
    load: { seconds: 22, users: [cpu(39, { timeoutSeconds: 20 })] },
  },
  {
    name: 'cpu-200m',
    what: 'CPU work for twice a limit of 200m',
    kind: 'other limit',
    causes: ['cpu limit'],
    set: cpuLimit('backend', 200),
    load: { seconds: 20, users: [cpu(25, { timeoutSeconds: 3 }), order(5)] },
  },
  {
    name: 'cpu-and-wrong-path',
    what: 'CPU work for 0.72 of half a core, and clients that ask for a path that does not exist',
    kind: 'two causes',
    causes: ['cpu limit', 'client errors'],
    load: { seconds: 22, users: [cpu(45, { timeoutSeconds: 2 }), wrongPath(4)] },
  },
  {
    name: 'cpu-and-busy-pool',
    what: 'CPU work for 0.72 of half a core, and a pool that is half in use',
    kind: 'harmless confounder',
    causes: ['cpu limit'],
    // 12 * 4 queries of 50 ms keep 2.4 of 5 connections busy.
    load: { seconds: 22, users: [cpu(45, { timeoutSeconds: 2 }), queries(4, 12)] },
  },
  {
    name: 'cpu-on-busy-machine',
    what: 'CPU work for 0.72 of half a core, and a busy process on each core',
    kind: 'busy machine',
    causes: ['cpu limit'],
    burnersPerCore: 1,
    load: { seconds: 22, users: [cpu(45, { timeoutSeconds: 2 }), fast(5)] },
  },
];
