import { connectionsForPools, enoughConnections, poolWithin } from './enough';
import { type Cause, LOSSES, SUSTAINED, WAITS } from './cause';

const STAGES = ['connection_wait', 'query'] as const;

export const databaseDown: Cause = {
  name: 'database down',
  lesson: 'db-pool-exhaust',
  mechanism:
    'the database could not be reached: connections were refused or cut off. Requests that need it failed, most of them at once; the others did not.',
  explains: LOSSES,
  stages: STAGES,
  includes: ['connection pool', 'slow database'],
  signs: [
    {
      signal: 'database_unreachable',
      ...SUSTAINED,
      is: '>=',
      threshold: 1,
      yes: 'connections to the database were refused or cut off',
      no: 'no connection to the database was refused or cut off',
    },
  ],
  tryNext: [
    { says: 'bring the database back, or correct its address' },
    { says: 'answer from a cache or with less where that is possible' },
  ],
};

export const databaseConnections: Cause = {
  name: 'database connections',
  lesson: 'db-pool-exhaust',
  mechanism:
    'the pods together wanted more connections than the database allows (max_connections minus those it reserves). The database refused the rest, and requests on pods that got no connection failed at once.',
  explains: [...WAITS, 'fast error', 'other'],
  stages: STAGES,
  signs: [
    {
      signal: 'connections_refused',
      is: '>=',
      threshold: 1,
      yes: 'PostgreSQL refused connections because too many were open',
      no: 'PostgreSQL refused no connections',
    },
  ],
  // Each refused attempt costs the database a process and the backend a handshake.
  includes: ['connection pool', 'database CPU', 'cpu limit'],
  tryNext: [
    {
      says: 'allow more connections',
      set: { 'postgres.maxConnections': 100 },
      enough: connectionsForPools,
    },
    { says: 'put a connection pooler in front of the database', set: { 'postgres.pooler.enabled': true } },
    {
      says: 'keep pods times pool size within what the database allows',
      isLess: true,
      enough: poolWithin,
    },
  ],
};

export const databaseCpu: Cause = {
  name: 'database CPU',
  lesson: 'db-pool-exhaust',
  mechanism:
    'the database had too little CPU of its own. Its queries took long and held their connections meanwhile, so others queued for a connection.',
  each: 'pod',
  app: 'postgres',
  explains: [...WAITS, 'fast error', 'other'],
  stages: STAGES,
  includes: ['connection pool', 'slow database'],
  signs: [
    {
      signal: 'cpu_limit_share',
      app: 'postgres',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.8,
      yes: "the database's CPU use was at its limit",
      no: "the database's CPU use stayed below its limit",
    },
    {
      signal: 'cpu_throttled_share',
      app: 'postgres',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.5,
      yes: 'the database was throttled',
      no: 'the database was hardly throttled',
    },
  ],
  tryNext: [
    { says: 'give the database more CPU', set: { 'postgres.cpuLimitMillicores': 1000 } },
    { says: 'make its queries cheaper, or ask less often' },
  ],
};

export const slowDatabase: Cause = {
  name: 'slow database',
  lesson: 'db-pool-exhaust',
  mechanism:
    'queries took far longer than at other times of the run, although the database had CPU to spare: they waited for a lock, a disk or each other. They held their connections meanwhile.',
  each: 'route',
  explains: [...WAITS, 'fast error', 'other'],
  stages: STAGES,
  includes: ['connection pool'],
  signs: [
    {
      signal: 'query_time',
      ...SUSTAINED,
      is: '>=',
      threshold: 500,
      yes: 'queries took over half a second',
      no: 'queries were quick',
    },
    {
      signal: 'query_time',
      ...SUSTAINED,
      relativeTo: { signal: 'query_time', take: 'min', stepSeconds: 5 },
      is: '>=',
      threshold: 10,
      yes: 'the same queries were far quicker at other times',
      no: 'queries took about the same time throughout',
    },
    {
      signal: 'cpu_limit_share',
      app: 'postgres',
      ifMeasured: true,
      ...SUSTAINED,
      is: '<',
      threshold: 0.8,
      yes: 'the database had CPU to spare',
      no: 'the database itself was short of CPU',
    },
    {
      signal: 'cpu_limit_share',
      ...SUSTAINED,
      is: '<',
      threshold: 0.85,
      yes: 'the backend had CPU to spare',
      no: "the backend's own CPU use was at its limit",
    },
  ],
  tryNext: [
    { says: 'look for locks (pg_locks, pg_stat_activity.wait_event) at the time given' },
    { says: 'let statements give up: lock_timeout and statement_timeout' },
  ],
};

/** The same where they always take so long, which shows only while nothing queues in front of them. */
export const slowQueries: Cause = {
  ...slowDatabase,
  stages: ['query'],
  mechanism:
    'queries took long, although the database had CPU to spare and the pool had room: they waited for a lock, a disk or each other. The requests that made them waited with them.',
  signs: [
    slowDatabase.signs[0]!,
    {
      signal: 'pool_waiting',
      ...SUSTAINED,
      is: '<',
      threshold: 1,
      yes: 'nothing waited for a connection',
      no: 'queries waited for a connection',
    },
    ...slowDatabase.signs.slice(2),
  ],
};

export const connectionPool: Cause = {
  name: 'connection pool',
  lesson: 'db-pool-exhaust',
  mechanism:
    'waiting queries held every connection of the pool. Other queries queued for a connection until they timed out, while the database itself was almost idle.',
  each: 'pod',
  explains: [...WAITS, 'fast error', 'other'],
  stages: STAGES,
  signs: [
    {
      signal: 'pool_waiting',
      ...SUSTAINED,
      is: '>=',
      threshold: 1,
      yes: 'queries waited for a connection',
      no: 'no query waited for a connection',
    },
    {
      signal: 'pool_used_share',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.9,
      yes: 'the whole pool was in use',
      no: 'the pool had idle connections',
    },
    {
      signal: 'cpu_limit_share',
      app: 'postgres',
      ifMeasured: true,
      ...SUSTAINED,
      is: '<',
      threshold: 0.8,
      yes: 'PostgreSQL was not short of CPU',
      no: 'PostgreSQL itself was short of CPU',
    },
  ],
  tryNext: [
    {
      says: 'run fewer queries at once in each request',
      set: { 'backend.defences.queryConcurrency': 2 },
      actsOn: ['/api/db-pool-exhaust'],
    },
    {
      says: 'enlarge the pool, as far as the database allows connections',
      set: { 'backend.dbPoolSize': 20, 'postgres.maxConnections': 50 },
      enough: enoughConnections,
    },
    { says: 'do not add replicas: they share the same database and do not help' },
  ],
};
