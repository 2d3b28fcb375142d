import type { LabelledRun } from '../labelled';
import { cpu, cpuLimit, dependencyOf, fast, order, poolOf, price, queries, wrongPath } from './users';

const DEAD = { at: 5, do: 'keep dead', app: 'postgres' } as const;

export const DATABASE_DOWN: LabelledRun[] = [
  {
    name: 'database-dead',
    what: 'the database is killed and kept down',
    kind: 'plain',
    causes: ['database down'],
    load: { seconds: 20, users: [order(10), fast(10)] },
    happens: [DEAD],
  },
  {
    name: 'database-dead-rare-route',
    what: 'the database is killed and kept down; one rare route needs it',
    kind: 'other route',
    causes: ['database down'],
    load: { seconds: 20, users: [queries(3, 1), price(15)] },
    happens: [DEAD],
  },
  {
    name: 'database-killed-once',
    what: 'the database is killed once and comes back',
    kind: 'half strength',
    causes: ['database down'],
    load: { seconds: 20, users: [order(20), fast(10)] },
    happens: [{ at: 8, do: 'kill', app: 'postgres' }],
  },
  {
    name: 'database-dead-large-pool',
    what: 'the database is killed and kept down; a pool of thirty that waits for at most half a second',
    kind: 'other limit',
    causes: ['database down'],
    set: [...poolOf(30), 'backend.dbAcquireTimeoutMs=500'],
    load: { seconds: 20, users: [queries(5, 10), order(10)] },
    happens: [DEAD],
  },
  {
    name: 'both-dead',
    what: 'the database and the dependency are killed and kept down',
    kind: 'two causes',
    causes: ['database down', 'dependency down'],
    load: { seconds: 20, users: [order(10), price(10), fast(5)] },
    happens: [DEAD, { at: 5, do: 'keep dead', app: 'downstream' }],
  },
  {
    name: 'database-dead-and-busy-cpu',
    what: 'the database is killed and kept down; a CPU that is half busy',
    kind: 'harmless confounder',
    causes: ['database down'],
    load: { seconds: 20, users: [order(10), cpu(15)] },
    happens: [DEAD],
  },
];

const LOCK = 'lock table orders in access exclusive mode';

export const SLOW_DATABASE: LabelledRun[] = [
  {
    name: 'database-3s',
    what: 'queries that take three seconds, and a pool with room',
    kind: 'plain',
    causes: ['slow database'],
    // Twelve of forty connections are in use.
    set: [...poolOf(40), 'backend.queryMs=3000'],
    load: { seconds: 20, users: [queries(1, 4), fast(10)] },
  },
  {
    name: 'database-lock-8s',
    what: 'somebody holds a lock on the table of orders for eight seconds; the pool has room for all who wait',
    kind: 'other route',
    causes: ['slow database'],
    set: poolOf(80),
    load: { seconds: 22, users: [order(6), fast(10)] },
    happens: [{ at: 6, do: 'sql', text: LOCK, seconds: 8 }],
  },
  {
    name: 'database-300-ms',
    what: 'queries that take 300 ms, and a pool with room',
    kind: 'half strength',
    causes: ['healthy'],
    set: [...poolOf(20), 'backend.queryMs=300'],
    load: { seconds: 20, users: [queries(1, 10), fast(10)] },
  },
  {
    name: 'database-lock-3s',
    what: 'a lock on the table of orders for three seconds, for which all clients wait',
    kind: 'half strength',
    causes: ['slow database'],
    set: poolOf(60),
    load: { seconds: 20, users: [order(10), fast(10)] },
    happens: [{ at: 8, do: 'sql', text: LOCK, seconds: 3 }],
  },
  {
    name: 'database-6s-in-vain',
    what: 'queries that take six seconds, clients that wait for two, and a pool of a hundred with room',
    kind: 'other limit',
    causes: ['slow database'],
    // Thirty of a hundred connections are in use.
    set: [...poolOf(100), 'backend.queryMs=6000'],
    load: { seconds: 20, users: [queries(1, 5, { timeoutSeconds: 2 }), order(5)] },
  },
  {
    name: 'database-3s-and-dependency-3s',
    what: 'queries and calls that take three seconds, with room in the pool and among the sockets',
    kind: 'two causes',
    causes: ['slow database', 'slow dependency'],
    set: [...poolOf(40), 'backend.queryMs=3000', ...dependencyOf(3000)],
    load: { seconds: 20, users: [queries(1, 4), price(4), fast(10)] },
  },
  {
    name: 'database-3s-and-busy-cpu',
    what: 'queries that take three seconds, and a CPU that is half busy',
    kind: 'harmless confounder',
    causes: ['slow database'],
    set: [...poolOf(40), 'backend.queryMs=3000'],
    load: { seconds: 20, users: [queries(1, 4), cpu(15)] },
  },
];

/** Without its index, an order is searched among all: some 25 ms of CPU time for 400,000. */
const WITHOUT_INDEX = { at: 5, do: 'sql', text: 'alter table orders drop constraint orders_pkey' } as const;
const MANY_ROWS = [...poolOf(30), 'postgres.rows=400000'];

export const DATABASE_CPU: LabelledRun[] = [
  {
    name: 'database-without-index',
    what: 'the table of orders loses its index; each read takes 25 ms of CPU time, for twice the limit',
    kind: 'plain',
    causes: ['database CPU'],
    set: MANY_ROWS,
    load: { seconds: 22, users: [order(50), fast(10)] },
    happens: [WITHOUT_INDEX],
  },
  {
    name: 'database-10m',
    what: 'a database that gets a hundredth of a core for 200 short queries a second',
    kind: 'other limit',
    causes: ['database CPU'],
    set: [...poolOf(20), 'backend.queryMs=5', ...cpuLimit('postgres', 10)],
    load: { seconds: 22, users: [queries(5, 40), fast(10)] },
  },
  {
    name: 'database-expensive-view',
    what: 'the table of orders becomes a view that counts to 300,000 for each read',
    kind: 'other route',
    causes: ['database CPU'],
    set: poolOf(30),
    load: { seconds: 22, users: [order(40), queries(1, 5)] },
    happens: [
      {
        at: 5,
        do: 'sql',
        text:
          'alter table orders rename to orders_data;' +
          'create view orders as select o.* from orders_data o' +
          ' where (select count(*) from generate_series(1, 300000) where o.id > 0) > 0;' +
          'grant select on orders to lab',
      },
    ],
  },
  {
    name: 'database-without-index-few-rows',
    what: 'the table of orders loses its index, but has few rows and few readers',
    kind: 'half strength',
    causes: ['healthy'],
    set: [...poolOf(30), 'postgres.rows=20000'],
    load: { seconds: 20, users: [order(20), fast(10)] },
    happens: [WITHOUT_INDEX],
  },
  {
    name: 'database-without-index-100m',
    what: 'the table of orders loses its index, and the database gets a tenth of a core',
    kind: 'other limit',
    causes: ['database CPU'],
    set: [...MANY_ROWS, ...cpuLimit('postgres', 100)],
    load: { seconds: 22, users: [order(12), fast(10)] },
    happens: [WITHOUT_INDEX],
  },
  {
    name: 'database-without-index-and-wrong-path',
    what: 'the table of orders loses its index, and clients ask for a path that does not exist',
    kind: 'two causes',
    causes: ['database CPU', 'client errors'],
    set: MANY_ROWS,
    load: { seconds: 22, users: [order(50), wrongPath(5)] },
    happens: [WITHOUT_INDEX],
  },
];
