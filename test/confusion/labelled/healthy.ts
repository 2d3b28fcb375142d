import type { LabelledRun } from '../labelled';
import { cpu, cpuLimit, dependencyOf, fanOut, fast, leak, order, poolOf, price, queries } from './users';

const DEAD_FROM_THE_FOURTH_SECOND = { at: 4, do: 'keep dead' } as const;

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
    name: 'full-memory',
    what: 'a cache that fills three quarters of the memory and grows no more',
    kind: 'harmless confounder',
    causes: ['healthy'],
    // Ten buffers of 28 MB, and some 90 MB for the process.
    set: ['backend.retainedEntries=10'],
    load: { seconds: 20, users: [leak(28, 2), fast(20)] },
  },
  {
    name: 'dead-dependency-unused',
    what: 'a dead dependency that nobody asks for anything',
    kind: 'harmless confounder',
    causes: ['healthy'],
    load: { seconds: 20, users: [fast(20), order(10)] },
    happens: [{ ...DEAD_FROM_THE_FOURTH_SECOND, app: 'downstream' }],
  },
  {
    name: 'dead-database-unused',
    what: 'a dead database that nobody asks for anything',
    kind: 'harmless confounder',
    causes: ['healthy'],
    load: { seconds: 20, users: [fast(20), price(10)] },
    happens: [{ ...DEAD_FROM_THE_FOURTH_SECOND, app: 'postgres' }],
  },
  {
    name: 'locked-table-unused',
    what: 'a table that is locked for six seconds while nobody reads it',
    kind: 'harmless confounder',
    causes: ['healthy'],
    set: poolOf(10),
    load: { seconds: 20, users: [fast(20), queries(2, 5)] },
    happens: [{ at: 6, do: 'sql', text: 'lock table orders in access exclusive mode', seconds: 6 }],
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
