import type { LabelledRun } from '../labelled';
import {
  cpu,
  cpuLimit,
  dependencyOf,
  fanOut,
  fast,
  looping,
  order,
  price,
  queries,
  slow,
  wrongPath,
} from './users';

/** One request at a time, and more than enough CPU. */
const ONE_AT_A_TIME = ['backend.defences.admissionLimit=1', ...cpuLimit('backend', 1500)];

export const LOAD_SHED: LabelledRun[] = [
  {
    name: 'shed-admission',
    what: 'an admission limit of one, and more requests than can be served one after the other; the CPU is free',
    kind: 'plain',
    causes: ['load shed'],
    // One comes every 12.5 ms, and one takes 16: every second one is refused. The others need 0.6 of 1.5 cores.
    set: ONE_AT_A_TIME,
    load: { seconds: 20, users: [cpu(80), fast(10)] },
  },
  {
    name: 'shed-bulkhead',
    what: 'a bulkhead for one fan-out at a time, where two would be in flight',
    kind: 'other route',
    causes: ['load shed'],
    set: ['backend.defences.bulkheadMaxConcurrent=5'],
    load: { seconds: 20, users: [fanOut(30), price(10)] },
  },
  {
    name: 'shed-nothing',
    what: 'an admission limit that nobody meets',
    kind: 'half strength',
    causes: ['healthy'],
    set: ['backend.defences.admissionLimit=20', ...cpuLimit('backend', 1000)],
    load: { seconds: 20, users: [cpu(15), fast(10)] },
  },
  {
    name: 'shed-bulkhead-of-two',
    what: 'a bulkhead for two fan-outs at a time, where two and a half would be in flight',
    kind: 'half strength',
    causes: ['load shed'],
    set: ['backend.defences.bulkheadMaxConcurrent=10'],
    load: { seconds: 20, users: [fanOut(32), fast(10)] },
  },
  {
    name: 'shed-short-work',
    what: 'an admission limit of one for work of 5 ms, 250 times a second; the CPU is free',
    kind: 'other limit',
    causes: ['load shed'],
    set: ONE_AT_A_TIME,
    load: { seconds: 20, users: [cpu(250, {}, 10)] },
  },
  {
    name: 'shed-and-wrong-path',
    what: 'an admission limit of one with a free CPU, and clients that ask for a path that does not exist',
    kind: 'two causes',
    causes: ['load shed', 'client errors'],
    set: ONE_AT_A_TIME,
    load: { seconds: 20, users: [cpu(80), wrongPath(5)] },
  },
  {
    name: 'shed-and-busy-pool',
    what: 'a bulkhead for one fan-out at a time, and a pool that is half in use',
    kind: 'harmless confounder',
    causes: ['load shed'],
    set: ['backend.defences.bulkheadMaxConcurrent=5'],
    load: { seconds: 20, users: [fanOut(30), queries(4, 12)] },
  },
];

export const SLOW_IO: LabelledRun[] = [
  {
    name: 'io-4s',
    what: 'requests that only wait, for four seconds each',
    kind: 'plain',
    causes: ['slow I/O only'],
    load: { seconds: 20, users: [slow(4, 8, { timeoutSeconds: 10 }), fast(10)] },
  },
  {
    name: 'io-rare',
    what: 'one request a second that only waits, beside many that do not',
    kind: 'other route',
    causes: ['slow I/O only'],
    load: { seconds: 22, users: [order(15), price(10), slow(3, 1, { timeoutSeconds: 10 })] },
  },
  {
    name: 'io-users-in-a-loop',
    what: 'forty users in a loop whose requests only wait',
    kind: 'other limit',
    causes: ['slow I/O only'],
    set: ['backend.replicas=2', ...cpuLimit('backend', 250)],
    load: { seconds: 22, users: [looping(slow(3, 0, { timeoutSeconds: 10 }), 40, 1)] },
  },
  {
    name: 'io-two-at-once',
    what: 'requests that wait for eight seconds in pieces, four at once: two seconds',
    kind: 'half strength',
    causes: ['slow I/O only'],
    set: ['backend.defences.slowConcurrency=4'],
    load: { seconds: 20, users: [slow(8, 5, { timeoutSeconds: 10 }), fast(10)] },
  },
  {
    name: 'io-and-busy-pool',
    what: 'requests that only wait, and a pool that is nearly three quarters in use',
    kind: 'harmless confounder',
    causes: ['slow I/O only'],
    load: { seconds: 20, users: [slow(4, 8, { timeoutSeconds: 10 }), queries(4, 18)] },
  },
  {
    name: 'io-on-busy-machine',
    what: 'requests that only wait, and a busy process on each core',
    kind: 'busy machine',
    causes: ['slow I/O only'],
    burnersPerCore: 1,
    load: { seconds: 20, users: [slow(4, 8, { timeoutSeconds: 10 }), fast(10)] },
  },
];

/** CPU work on the event loop, and a liveness probe with the defaults of Kubernetes. */
const TIGHT_PROBE = [
  'backend.offloadCpuWork=false',
  'backend.livenessProbe.periodSeconds=2',
  'backend.livenessProbe.timeoutSeconds=1',
  'backend.livenessProbe.failureThreshold=3',
];

/** At 31 a second, sixty users wait for 1.7 s, and so does the probe, or longer. All are answered. */
const CROWD = looping(cpu(0, { timeoutSeconds: 30 }), 60, 0.2);

export const LIVENESS_PROBE: LabelledRun[] = [
  {
    name: 'probe-sixty-users',
    what: 'sixty users of CPU work on the event loop; the liveness probe gives up after a second, three times',
    kind: 'plain',
    causes: ['liveness probe'],
    besides: ['event-loop block', 'cpu limit'],
    set: TIGHT_PROBE,
    load: {
      seconds: 30,
      users: [{ ...CROWD, vus: 8, to: 5 }, { ...CROWD, from: 5 }, fast(2, { timeoutSeconds: 30 })],
    },
  },
  {
    name: 'probe-free-cpu',
    what: 'the same with twice the cost and two cores, of which the event loop can use one',
    kind: 'other limit',
    causes: ['liveness probe'],
    besides: ['event-loop block'],
    set: [...TIGHT_PROBE, 'backend.cpuMicrosPerComplexity=1000', ...cpuLimit('backend', 2000)],
    load: {
      seconds: 30,
      users: [{ ...CROWD, vus: 8, to: 5 }, { ...CROWD, from: 5 }, fast(2, { timeoutSeconds: 30 })],
    },
  },
  {
    name: 'probe-patient',
    what: 'the same users, and the default probes, which are patient',
    kind: 'half strength',
    causes: ['event-loop block', 'cpu limit'],
    set: [
      'backend.offloadCpuWork=false',
      'backend.livenessProbe.timeoutSeconds=10',
      'backend.readinessProbe.timeoutSeconds=10',
    ],
    load: { seconds: 24, users: [CROWD, fast(2, { timeoutSeconds: 30 })] },
  },
  {
    name: 'probe-orders',
    what: 'sixty users of CPU work on the event loop and a tight liveness probe; those who read orders suffer, too',
    kind: 'other route',
    causes: ['liveness probe'],
    besides: ['event-loop block', 'cpu limit'],
    set: TIGHT_PROBE,
    load: {
      seconds: 30,
      users: [order(5, { timeoutSeconds: 30 }), { ...CROWD, vus: 8, to: 5 }, { ...CROWD, from: 5 }],
    },
  },
  {
    name: 'probe-and-wrong-path',
    what: 'sixty users of CPU work on the event loop and a tight liveness probe, and one path that does not exist',
    kind: 'two causes',
    causes: ['liveness probe', 'client errors'],
    besides: ['event-loop block', 'cpu limit'],
    set: TIGHT_PROBE,
    load: {
      seconds: 30,
      users: [{ ...CROWD, vus: 8, to: 5 }, { ...CROWD, from: 5 }, wrongPath(3, { timeoutSeconds: 30 })],
    },
  },
  {
    name: 'probe-and-dependency',
    what: 'sixty users of CPU work on the event loop and a tight liveness probe; a dependency of 200 ms',
    kind: 'harmless confounder',
    causes: ['liveness probe'],
    besides: ['event-loop block', 'cpu limit'],
    set: [...TIGHT_PROBE, ...dependencyOf(200)],
    load: {
      seconds: 30,
      users: [{ ...CROWD, vus: 8, to: 5 }, { ...CROWD, from: 5 }, price(3, { timeoutSeconds: 30 })],
    },
  },
];
