import type { LabelledRun } from '../labelled';
import { cpu, dependencyOf, fast, order, price, queries, wrongPath } from './users';

/** Five connections and queries of 50 ms: 100 queries a second. */
export const POOL: LabelledRun[] = [
  {
    name: 'pool-200-queries-a-second',
    what: 'twice the queries that the pool can run',
    kind: 'plain',
    causes: ['connection pool'],
    load: { seconds: 20, users: [queries(10, 20), order(5), fast(5)] },
  },
  {
    name: 'pool-few-big-requests',
    what: 'a rare request with fifty queries at once; those who read orders wait for its connections',
    kind: 'other route',
    causes: ['connection pool'],
    load: { seconds: 22, users: [order(15), queries(50, 3, { timeoutSeconds: 10 })] },
  },
  {
    name: 'pool-60-queries-a-second',
    what: 'six tenths of the queries that the pool can run',
    kind: 'half strength',
    causes: ['healthy'],
    load: { seconds: 20, users: [queries(10, 6), order(5)] },
  },
  {
    name: 'pool-only-slow',
    what: 'a fifth more queries than the pool can run, and patient clients: slow, but all are answered',
    kind: 'half strength',
    causes: ['connection pool'],
    // After 20 s, 20 * 20 queries wait: 4 s, less than the pool allows.
    load: { seconds: 20, users: [queries(4, 30, { timeoutSeconds: 20 })] },
  },
  {
    name: 'pool-of-two-200-ms',
    what: 'a pool of two, queries of 200 ms, half as many again as it can run, and waits of at most a second',
    kind: 'other limit',
    causes: ['connection pool'],
    set: ['backend.dbPoolSize=2', 'backend.queryMs=200', 'backend.dbAcquireTimeoutMs=1000'],
    load: { seconds: 20, users: [queries(1, 15), fast(10)] },
  },
  {
    name: 'pool-and-slow-dependency',
    what: 'twice the queries that the pool can run, and a dependency that takes three seconds',
    kind: 'two causes',
    causes: ['connection pool', 'slow dependency'],
    set: dependencyOf(3000),
    load: { seconds: 20, users: [queries(10, 20), price(5)] },
  },
  {
    name: 'pool-and-busy-cpu',
    what: 'twice the queries that the pool can run, and a CPU that is half busy',
    kind: 'harmless confounder',
    causes: ['connection pool'],
    set: ['backend.cpuLimitMillicores=1000'],
    load: { seconds: 20, users: [queries(10, 20), cpu(30)] },
  },
  {
    name: 'pool-on-busy-machine',
    what: 'twice the queries that the pool can run, and a busy process on each core',
    kind: 'busy machine',
    causes: ['connection pool'],
    burnersPerCore: 1,
    load: { seconds: 20, users: [queries(10, 20), order(5)] },
  },
];

/** The database allows ordinary roles three connections fewer than max_connections. */
export const CONNECTIONS: LabelledRun[] = [
  {
    name: 'connections-two-for-a-pool-of-hundred',
    what: 'a pool of a hundred, and a database with max_connections 5',
    kind: 'plain',
    causes: ['database connections'],
    set: ['backend.dbPoolSize=100', 'postgres.maxConnections=5'],
    load: { seconds: 20, users: [queries(6, 6), fast(10)] },
  },
  {
    name: 'connections-orders-refused',
    what: 'long queries of a rare route take all connections of the database; orders are refused',
    kind: 'other route',
    causes: ['database connections'],
    // 1.5 * 8 queries of 2 s would keep 24 connections busy; the database allows 7.
    set: ['backend.dbPoolSize=60', 'backend.queryMs=2000'],
    load: { seconds: 22, users: [order(15), queries(8, 1.5)] },
  },
  {
    name: 'connections-seven-suffice',
    what: 'a pool of nine where the database allows seven, and six are needed',
    kind: 'half strength',
    causes: ['healthy'],
    set: ['backend.dbPoolSize=9'],
    load: { seconds: 20, users: [queries(6, 1), fast(10)] },
  },
  {
    name: 'connections-nine-of-seven',
    what: 'a pool of nine where the database allows seven, and a rare request that needs nine',
    kind: 'half strength',
    causes: ['database connections'],
    set: ['backend.dbPoolSize=9'],
    load: { seconds: 20, users: [queries(9, 1), fast(10)] },
  },
  {
    name: 'connections-of-three-replicas',
    what: 'three replicas with a pool of five each, and a database that allows seven',
    kind: 'other limit',
    causes: ['database connections'],
    set: ['backend.replicas=3'],
    load: { seconds: 20, users: [queries(5, 12), order(5)] },
  },
  {
    name: 'connections-and-wrong-path',
    what: 'a pool of a hundred where the database allows two, and clients that ask for a path that does not exist',
    kind: 'two causes',
    causes: ['database connections', 'client errors'],
    set: ['backend.dbPoolSize=100', 'postgres.maxConnections=5'],
    load: { seconds: 20, users: [queries(6, 6), wrongPath(5)] },
  },
  {
    name: 'connections-and-busy-cpu',
    what: 'a pool of a hundred where the database allows two, and a CPU that is half busy',
    kind: 'harmless confounder',
    causes: ['database connections'],
    set: ['backend.dbPoolSize=100', 'postgres.maxConnections=5'],
    load: { seconds: 20, users: [queries(6, 6), cpu(15)] },
  },
];
