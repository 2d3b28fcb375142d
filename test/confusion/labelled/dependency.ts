import type { LabelledRun } from '../labelled';
import { cpu, cpuLimit, dependencyOf, fanOut, fast, order, price, queries, wrongPath } from './users';

export const SLOW_DEPENDENCY: LabelledRun[] = [
  {
    name: 'dependency-3s',
    what: 'a dependency that takes three seconds, clients that wait for two, and free sockets',
    kind: 'plain',
    causes: ['slow dependency'],
    set: dependencyOf(3000),
    load: { seconds: 20, users: [price(5, { timeoutSeconds: 2 }), fast(20)] },
  },
  {
    name: 'dependency-3s-fan-out',
    what: 'five calls of three seconds at once, and free sockets',
    kind: 'other route',
    causes: ['slow dependency'],
    set: [...dependencyOf(3000), 'backend.downstreamMaxSockets=200'],
    load: { seconds: 20, users: [fanOut(4), order(10)] },
  },
  {
    name: 'dependency-300-ms',
    what: 'a dependency that takes 300 ms',
    kind: 'half strength',
    causes: ['healthy'],
    set: dependencyOf(300),
    load: { seconds: 20, users: [price(5, { timeoutSeconds: 2 }), fast(20)] },
  },
  {
    name: 'dependency-1800-ms',
    what: 'a dependency that takes 1.8 seconds, for which all clients wait',
    kind: 'half strength',
    causes: ['slow dependency'],
    set: dependencyOf(1800),
    load: { seconds: 20, users: [price(5), fast(20)] },
  },
  {
    name: 'dependency-crowded',
    what: 'more calls than the dependency can do, which slow it down further, and twenty sockets',
    kind: 'other limit',
    causes: ['slow dependency'],
    // With 20 calls present it does 10 per 50 * 1.95 ms: 103 a second.
    set: ['backend.downstreamMaxSockets=20', ...cpuLimit('backend', 1000)],
    load: { seconds: 20, users: [price(170, { timeoutSeconds: 3 }), fast(10)] },
  },
  {
    name: 'dependency-crowded-by-fan-out',
    what: 'a fan-out that makes 150 calls a second, which is more than the dependency can do; others wait for a socket',
    kind: 'other route',
    causes: ['slow dependency'],
    // With 50 calls present it does 10 per 50 * 3.45 ms: 58 a second.
    set: cpuLimit('backend', 1000),
    load: { seconds: 20, users: [fanOut(30), price(5)] },
  },
  {
    name: 'dependency-3s-given-up',
    what: 'a dependency that takes three seconds, and a timeout for calls of half a second',
    kind: 'other limit',
    causes: ['slow dependency'],
    set: [...dependencyOf(3000), 'backend.defences.downstreamTimeoutMs=500'],
    load: { seconds: 20, users: [price(8), fast(20)] },
  },
  {
    name: 'dependency-and-cpu-limit',
    what: 'a dependency that takes three seconds, and CPU work for 0.72 of half a core',
    kind: 'two causes',
    causes: ['slow dependency', 'cpu limit'],
    set: dependencyOf(3000),
    load: { seconds: 22, users: [price(5), cpu(45, { timeoutSeconds: 2 })] },
  },
  {
    name: 'dependency-and-busy-pool',
    what: 'a dependency that takes three seconds, and a pool that is nearly three quarters in use',
    kind: 'harmless confounder',
    causes: ['slow dependency'],
    set: dependencyOf(3000),
    load: { seconds: 20, users: [price(5), queries(4, 18)] },
  },
  {
    name: 'dependency-on-busy-machine',
    what: 'a dependency that takes three seconds, and a busy process on each core',
    kind: 'busy machine',
    causes: ['slow dependency'],
    set: dependencyOf(3000),
    burnersPerCore: 1,
    load: { seconds: 20, users: [price(5), fast(20)] },
  },
];

const DEAD = { at: 5, do: 'keep dead', app: 'downstream' } as const;

export const DEPENDENCY_DOWN: LabelledRun[] = [
  {
    name: 'dependency-dead',
    what: 'the dependency is killed and kept down',
    kind: 'plain',
    causes: ['dependency down'],
    load: { seconds: 20, users: [price(10), fast(10)] },
    happens: [DEAD],
  },
  {
    name: 'dependency-dead-fan-out',
    what: 'the dependency is killed and kept down; one rare route calls it',
    kind: 'other route',
    causes: ['dependency down'],
    load: { seconds: 20, users: [fanOut(2), order(20)] },
    happens: [DEAD],
  },
  {
    name: 'dependency-killed-once',
    what: 'the dependency is killed once and comes back',
    kind: 'half strength',
    causes: ['dependency down'],
    load: { seconds: 20, users: [price(20), fast(10)] },
    happens: [{ at: 8, do: 'kill', app: 'downstream' }],
  },
  {
    name: 'dependency-dead-retries',
    what: 'the dependency is killed and kept down; the service tries each call three times',
    kind: 'other limit',
    causes: ['dependency down'],
    set: ['backend.defences.downstreamRetries=2', 'backend.defences.downstreamRetryBackoffMs=50'],
    load: { seconds: 20, users: [price(10), fast(10)] },
    happens: [DEAD],
  },
  {
    name: 'dependency-dead-and-pool',
    what: 'the dependency is killed and kept down; twice the queries that the pool can run',
    kind: 'two causes',
    causes: ['dependency down', 'connection pool'],
    load: { seconds: 20, users: [price(10), queries(10, 20)] },
    happens: [DEAD],
  },
];

/** Patient probes, so that the dependency stays in its Service: slow, not down. */
const PATIENT = ['readinessProbe', 'livenessProbe'].flatMap((probe) => [
  `downstream.${probe}.timeoutSeconds=60`,
  `downstream.${probe}.failureThreshold=100`,
]);

/** Calls that need no time but CPU time, and a dependency that gets next to none. */
const starved = (millicores: number): string[] => [
  ...dependencyOf(5),
  ...PATIENT,
  ...cpuLimit('downstream', millicores),
  ...cpuLimit('backend', 1000),
];

export const DEPENDENCY_CPU: LabelledRun[] = [
  {
    name: 'dependency-20m',
    what: 'a dependency that gets a fiftieth of a core for sixty calls a second',
    kind: 'plain',
    causes: ['dependency CPU'],
    // It can do some twenty.
    set: starved(20),
    load: { seconds: 22, users: [price(60, { timeoutSeconds: 2 }), fast(10)] },
  },
  {
    name: 'dependency-20m-fan-out',
    what: 'a dependency that gets a fiftieth of a core for five calls per request',
    kind: 'other route',
    causes: ['dependency CPU'],
    set: [...starved(20), 'backend.downstreamMaxSockets=400'],
    load: { seconds: 22, users: [fanOut(12, { timeoutSeconds: 3 }), order(10)] },
  },
  {
    name: 'dependency-100m',
    what: 'a dependency that gets a tenth of a core for forty calls a second',
    kind: 'half strength',
    causes: ['healthy'],
    set: starved(100),
    load: { seconds: 20, users: [price(40, { timeoutSeconds: 2 }), fast(10)] },
  },
  {
    name: 'dependency-30m',
    what: 'a dependency that gets three hundredths of a core for a hundred calls a second, and patient clients',
    kind: 'other limit',
    causes: ['dependency CPU'],
    set: starved(30),
    load: { seconds: 20, users: [price(100, { timeoutSeconds: 5 })] },
  },
  {
    name: 'dependency-20m-and-wrong-path',
    what: 'a dependency that gets a fiftieth of a core, and clients that ask for a path that does not exist',
    kind: 'two causes',
    causes: ['dependency CPU', 'client errors'],
    set: starved(20),
    load: { seconds: 22, users: [price(60, { timeoutSeconds: 2 }), wrongPath(5)] },
  },
  {
    name: 'dependency-20m-and-busy-pool',
    what: 'a dependency that gets a fiftieth of a core, and a pool that is half in use',
    kind: 'harmless confounder',
    causes: ['dependency CPU'],
    set: starved(20),
    load: { seconds: 22, users: [price(60, { timeoutSeconds: 2 }), queries(4, 12)] },
  },
];
