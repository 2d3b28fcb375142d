import type { Claim, Experiment } from '../../lab/experiment';

/** Of an arm whose pods together want more connections than the database has left. */
const moreOrdersFail: Claim = {
  id: 'more-orders-fail',
  says: 'and half as many orders again fail, or more',
  because:
    'whoever gets no connection fails at once and comes back the sooner; the share of failures varies by a fifth between repeats',
  signal: 'error_share',
  role: 'victim',
  relativeTo: { signal: 'error_share', role: 'victim', arm: 'default' },
  is: '>=',
  threshold: 1.5,
};

export const experiment: Experiment = {
  title: 'A pool of five against thirty queries a request: an idle database, and timeouts',
  seconds: { full: 4 * 60, compressed: 32 },
  roles: {
    aggressor: { scenario: 'exhaust', route: '/api/db-pool-exhaust', label: 'the route with thirty queries' },
    victim: { scenario: 'victim', route: '/api/order', label: 'the order route (one read by primary key)' },
    control: { scenario: 'control', route: '/api/fast', label: 'the fast route (no database)' },
  },
  // A hundred users with one quick query each leave two waiting on average, with thirty slow ones each thousands.
  pressure: { signal: 'pool_waiting', during: [0, 1], is: '>=', threshold: 75 },
  demand: { of: 'connections', queries: 30 },
  arms: {
    'bigger-pool': {
      title: 'a pool of 20 on a database that has 7 connections for it',
      props: { backend: { dbPoolSize: 20 } },
      expects: [
        {
          role: 'victim',
          goodput: 'no change',
          because:
            'seven connections instead of five do not shorten a queue of thousands; beyond them the database refuses',
        },
      ],
      claims: [moreOrdersFail],
    },
    'acquire-timeout': {
      title: 'give up on a connection after 500 ms instead of 5 s',
      props: { backend: { dbAcquireTimeoutMs: 500 } },
      expects: [
        {
          role: 'victim',
          goodput: 'helps',
          because:
            'nothing in the queue is older than half a second, so whoever gets a connection gets it in time; nearly half get none, and the route with thirty queries needs all thirty',
        },
      ],
    },
    'fewer-queries-at-once': {
      title: 'each request runs its queries one after the other',
      props: { backend: { defences: { queryConcurrency: 1 } } },
      expects: [
        {
          role: 'victim',
          goodput: 'helps',
          because: 'at most one query of each of a hundred users waits: a second, not half a minute',
        },
      ],
    },
    pgbouncer: {
      title: 'PgBouncer in front of the database, and a pool of 40',
      props: { backend: { dbPoolSize: 40 }, postgres: { pooler: { enabled: true } } },
      expects: [
        {
          role: 'victim',
          goodput: 'no change',
          because:
            'a pooler shares out connections, it makes none: seven queries at once are what the database does, and the queue is before it',
        },
      ],
    },
    'more-connections': {
      title: 'a pool of 90, and a database that allows 100 connections',
      props: { backend: { dbPoolSize: 90 }, postgres: { maxConnections: 100 } },
      expects: [
        {
          role: 'victim',
          goodput: 'helps',
          because: 'ninety waiting queries at once are eighteen times the work, and need no CPU',
        },
      ],
    },
    'more-replicas': {
      title: 'a second backend on the same database',
      props: { backend: { replicas: 2 } },
      expects: [
        {
          role: 'victim',
          goodput: 'no change',
          because: 'hardly anybody is served in time with one pod, and nobody more with two',
        },
      ],
      claims: [moreOrdersFail],
    },
  },
  alsoRun: ['more-replicas'],
  claims: [
    {
      id: 'fine-at-first',
      says: 'the first requests are fine',
      because: 'thirty queries of 50 ms over five connections take six rounds, 0.3 s',
      signal: 'latency_p50',
      role: 'aggressor',
      take: 'min',
      during: [0, 0.2],
      is: '<',
      threshold: 1000,
    },
    {
      id: 'waiters-appear',
      says: 'queries wait for a connection',
      because:
        'one request brings thirty queries for five connections; a hundred waiters are several requests’ worth',
      signal: 'pool_waiting',
      take: 'max',
      is: '>=',
      threshold: 100,
    },
    {
      id: 'timeouts-become-errors',
      says: 'waits for a connection time out and become errors',
      because: 'the queue is longer than the 5 s that a query waits for a connection',
      signal: 'acquire_timeouts',
      is: '>=',
      threshold: 100,
    },
    {
      id: 'most-fail',
      says: 'most requests of the route fail',
      because: 'one query of the thirty that times out fails its request',
      signal: 'error_share',
      role: 'aggressor',
      during: [0.5, 1],
      is: '>=',
      threshold: 0.5,
    },
    {
      id: 'victim-suffers',
      says: 'a single read by primary key slows tenfold or more',
      because: 'it needs the same five connections, for a millisecond',
      signal: 'latency_p95',
      role: 'victim',
      during: [0.5, 1],
      relativeTo: { signal: 'latency_p10', role: 'victim', take: 'min', during: [0, 0.2] },
      is: '>=',
      threshold: 10,
    },
    {
      id: 'database-idle',
      says: 'PostgreSQL is nearly idle meanwhile: the limit is the pool',
      because: 'queries that wait hold a connection and need no CPU; a third of the limit is far from busy',
      signal: 'cpu_limit_share',
      app: 'postgres',
      during: [0.2, 1],
      is: '<',
      threshold: 0.35,
    },
    {
      id: 'replicas-do-not-help',
      says: 'a second replica on the same database does not save the victim',
      because:
        'twice the pods would be worth twice the victim’s goodput; less than half as much again is chance, because waits end near the timeout',
      signal: 'goodput',
      role: 'victim',
      arm: 'more-replicas',
      during: [0, 1],
      relativeTo: { signal: 'goodput', role: 'victim', during: [0, 1] },
      is: '<',
      threshold: 1.5,
    },
    {
      id: 'replicas-are-refused',
      says: 'the database refuses connections to the two pools',
      because: 'twice five connections are more than the seven that it has for ordinary roles',
      signal: 'connections_refused',
      arm: 'more-replicas',
      is: '>=',
      threshold: 1,
    },
    {
      id: 'replicas-fail-sooner',
      says: 'with it requests fail from the start, when one pod alone still answered',
      because:
        'a pod that gets fewer connections than its pool wants has requests refused at once; a twentieth is beyond any error budget',
      signal: 'error_share',
      arm: 'more-replicas',
      during: [0, 0.3],
      is: '>=',
      threshold: 0.05,
    },
  ],
};
