import type { LabelledRun } from '../labelled';
import { cpu, cpuLimit, dependencyOf, fanOut, fast, order, price, queries } from './users';

/** Something is busy, dead or at its limit, and no request is harmed. */
export const HEALTHY: LabelledRun[] = [
  {
    name: 'all-routes-calm',
    what: 'every route, none of it often',
    kind: 'plain',
    causes: ['healthy'],
    load: { seconds: 20, users: [fast(20), cpu(5), price(10), order(10), queries(3, 4), fanOut(2)] },
  },
  {
    name: 'many-fast-requests',
    what: 'four hundred fast requests a second',
    kind: 'other route',
    causes: ['healthy'],
    load: { seconds: 20, users: [fast(400), order(20)] },
  },
  {
    name: 'busy-pool',
    what: 'a pool that is nearly three quarters in use, and waits of some milliseconds',
    kind: 'harmless confounder',
    causes: ['healthy'],
    // 18 * 4 queries of 50 ms keep 3.6 of 5 connections busy.
    load: { seconds: 20, users: [queries(4, 18), order(10)] },
  },
  {
    name: 'busy-sockets',
    what: 'ten sockets to a quick dependency, two thirds of them in use',
    kind: 'harmless confounder',
    causes: ['healthy'],
    // 130 calls of 50 ms a second keep 6.5 of 10 sockets busy.
    set: [...dependencyOf(50), 'backend.downstreamMaxSockets=10', ...cpuLimit('backend', 1000)],
    load: { seconds: 20, users: [price(130), fast(10)] },
  },
  {
    name: 'calm-on-busy-machine',
    what: 'some routes, none of it often, and a busy process on each core',
    kind: 'busy machine',
    causes: ['healthy'],
    burnersPerCore: 1,
    load: { seconds: 20, users: [fast(20), cpu(4), price(5), order(5)] },
  },
];
