import type { LabelledRun } from '../labelled';
import { cpu, cpuLimit, dependencyOf, fast, leak, looping, order, price, queries } from './users';

/** CPU work on the event loop, 30 ms each: 33 a second, and one core of the two that the limit allows. */
const ON_THE_LOOP = [
  'backend.offloadCpuWork=false',
  'backend.cpuMicrosPerComplexity=1000',
  ...cpuLimit('backend', 2000),
];

export const EVENT_LOOP: LabelledRun[] = [
  {
    name: 'loop-45-a-second',
    what: 'CPU work on the event loop for 1.4 threads; the limit is two cores',
    kind: 'plain',
    causes: ['event-loop block'],
    set: ON_THE_LOOP,
    load: { seconds: 20, users: [cpu(45, { timeoutSeconds: 3 }), fast(5)] },
  },
  {
    name: 'loop-rare-report',
    what: 'a report that occupies the event loop for two seconds, every five seconds; the others wait for it',
    kind: 'other route',
    causes: ['event-loop block'],
    set: [
      'backend.offloadCpuWork=false',
      'backend.cpuMicrosPerComplexity=50000',
      ...cpuLimit('backend', 1500),
    ],
    load: { seconds: 25, users: [fast(20), order(10), cpu(0.2, { timeoutSeconds: 10 }, 40)] },
  },
  {
    name: 'loop-quick-work',
    what: 'the same work on the event loop at a fifth of the cost',
    kind: 'half strength',
    causes: ['healthy'],
    set: ['backend.offloadCpuWork=false', 'backend.cpuMicrosPerComplexity=200', ...cpuLimit('backend', 2000)],
    load: { seconds: 20, users: [cpu(45, { timeoutSeconds: 3 }), fast(5)] },
  },
  {
    name: 'loop-60-ms-each',
    what: 'CPU work of 60 ms each on the event loop for 1.5 threads; the limit is one and a half cores',
    kind: 'other limit',
    causes: ['event-loop block'],
    set: [
      'backend.offloadCpuWork=false',
      'backend.cpuMicrosPerComplexity=2000',
      ...cpuLimit('backend', 1500),
    ],
    load: { seconds: 20, users: [cpu(25, { timeoutSeconds: 4 }), order(5)] },
  },
  {
    name: 'loop-and-dependency',
    what: 'CPU work on the event loop for 1.4 threads, and a dependency that takes three seconds',
    kind: 'two causes',
    causes: ['event-loop block', 'slow dependency'],
    set: [...ON_THE_LOOP, ...dependencyOf(3000)],
    load: { seconds: 22, users: [cpu(45, { timeoutSeconds: 3 }), price(5, { timeoutSeconds: 10 })] },
  },
  {
    name: 'loop-and-full-memory',
    what: 'CPU work on the event loop for 1.4 threads, and a cache that fills half of the memory and grows no more',
    kind: 'harmless confounder',
    causes: ['event-loop block'],
    set: [...ON_THE_LOOP, 'backend.retainedEntries=8'],
    load: { seconds: 22, users: [cpu(45, { timeoutSeconds: 3 }), leak(20, 2)] },
  },
];

/** One thread for work of 30 ms: 33 a second, and one core of the one and a half that the limit allows. */
const ONE_THREAD = [
  'backend.workerThreads=1',
  'backend.cpuMicrosPerComplexity=1000',
  ...cpuLimit('backend', 1500),
];

export const WORKERS: LabelledRun[] = [
  {
    name: 'one-thread-many-users',
    what: 'one worker thread for work of 60 ms, and 36 users in a loop; the limit is two cores',
    kind: 'plain',
    causes: ['worker threads'],
    // 16.7 a second for 36 users: 2.2 s each.
    set: [
      'backend.offloadCpuWork=true',
      'backend.workerThreads=1',
      'backend.cpuMicrosPerComplexity=2000',
      ...cpuLimit('backend', 2000),
    ],
    load: { seconds: 24, users: [looping(cpu(0, { timeoutSeconds: 30 }), 36, 0.2), fast(2)] },
  },
  {
    name: 'one-thread-48-a-second',
    what: 'one worker thread, and work for 1.4 threads',
    kind: 'other limit',
    causes: ['worker threads'],
    set: ONE_THREAD,
    load: { seconds: 20, users: [cpu(48, { timeoutSeconds: 2 }), order(5)] },
  },
  {
    name: 'one-thread-reports',
    what: 'one worker thread, and reports of 800 ms, two a second',
    kind: 'other route',
    causes: ['worker threads'],
    set: ['backend.workerThreads=1', 'backend.cpuMicrosPerComplexity=20000', ...cpuLimit('backend', 2000)],
    load: { seconds: 22, users: [cpu(2, { name: '/report', timeoutSeconds: 10 }, 40), fast(20), price(5)] },
  },
  {
    name: 'one-thread-enough',
    what: 'one worker thread, and work for six tenths of it',
    kind: 'half strength',
    causes: ['healthy'],
    set: ONE_THREAD,
    load: { seconds: 20, users: [cpu(20), fast(10)] },
  },
  {
    name: 'one-thread-only-slow',
    what: 'one worker thread, work for a fifth more than it can do, and patient clients',
    kind: 'half strength',
    causes: ['worker threads'],
    // After 22 s, (40 - 33) * 22 requests wait: 4.7 s.
    set: ONE_THREAD,
    load: { seconds: 22, users: [cpu(40, { timeoutSeconds: 20 })] },
  },
  {
    name: 'one-thread-and-dependency',
    what: 'one worker thread with work for 1.4, and a dependency that takes three seconds',
    kind: 'two causes',
    causes: ['worker threads', 'slow dependency'],
    set: [...ONE_THREAD, ...dependencyOf(3000)],
    load: { seconds: 22, users: [cpu(48, { timeoutSeconds: 2 }), price(4)] },
  },
  {
    name: 'one-thread-and-busy-pool',
    what: 'one worker thread with work for 1.4, and a pool that is half in use',
    kind: 'harmless confounder',
    causes: ['worker threads'],
    set: ONE_THREAD,
    load: { seconds: 20, users: [cpu(48, { timeoutSeconds: 2 }), queries(4, 12)] },
  },
];
