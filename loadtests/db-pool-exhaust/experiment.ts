import type { Claim, Experiment } from '../../lab/model/experiment';

/** For an arm whose pods together want more connections than the database has left. */
const moreOrdersFail: Claim = {
  id: 'more-orders-fail',
  says: 'the share of failed orders is at least 1.5 times that of the default arm',
  because:
    'a request without a connection fails at once, so its user comes back sooner; the share of failures varies by a fifth between repeats',
  signal: 'error_share',
  role: 'victim',
  relativeTo: { signal: 'error_share', role: 'victim', arm: 'default' },
  is: '>=',
  threshold: 1.5,
};

export const experiment: Experiment = {
  title: 'Thirty queries per request on a pool of five connections: timeouts in front of an idle database',
  seconds: { full: 4 * 60, compressed: 32 },
  roles: {
    aggressor: { scenario: 'exhaust', route: '/api/db-pool-exhaust', label: 'the route with thirty queries' },
    victim: { scenario: 'victim', route: '/api/order', label: 'the order route (one read by primary key)' },
    control: { scenario: 'control', route: '/api/fast', label: 'the fast route (no database)' },
  },
  // A hundred users with one quick query each leave two queries waiting on average. With thirty slow queries
  // each, thousands wait.
  pressure: { signal: 'pool_waiting', during: [0, 1], is: '>=', threshold: 75 },
  demand: { of: 'connections', queries: 30 },
  arms: {
    'bigger-pool': {
      title: 'a pool of 20 on a database that has 7 connections to give',
      props: { backend: { dbPoolSize: 20 } },
      expects: [
        {
          role: 'victim',
          goodput: 'no change',
          because:
            'seven connections instead of five do not shorten a queue of thousands; the database refuses any more',
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
            'nothing in the queue is older than half a second, so a request that gets a connection gets it in time; nearly half get none, and the route with thirty queries needs all thirty',
        },
      ],
    },
    'fewer-queries-at-once': {
      title: 'each request runs its queries one after another',
      props: { backend: { defences: { queryConcurrency: 1 } } },
      expects: [
        {
          role: 'victim',
          goodput: 'helps',
          because:
            'each of the hundred users has at most one query waiting, so the wait is a second, not half a minute',
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
            'a pooler shares connections but adds none: the database still runs seven queries at once, and the rest queue in front of it',
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
          because: 'ninety queries at once are eighteen times as many, and waiting needs no CPU',
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
          because: 'one pod serves hardly anybody in time, and two pods serve no more',
        },
      ],
      claims: [moreOrdersFail],
    },
  },
  alsoRun: ['more-replicas'],
  claims: [
    {
      id: 'fine-at-first',
      says: 'the first requests are quick',
      because: 'thirty queries of 50 ms on five connections take six rounds, or 0.3 s',
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
        'one request brings thirty queries for five connections; a hundred waiting queries come from several requests',
      signal: 'pool_waiting',
      take: 'max',
      is: '>=',
      threshold: 100,
    },
    {
      id: 'timeouts-become-errors',
      says: 'waits for a connection time out and become errors',
      because: 'the queue takes longer than the 5 s that a query waits for a connection',
      signal: 'acquire_timeouts',
      is: '>=',
      threshold: 100,
    },
    {
      id: 'most-fail',
      says: 'most requests of the route fail',
      because: 'if one of its thirty queries times out, the request fails',
      signal: 'error_share',
      role: 'aggressor',
      during: [0.5, 1],
      is: '>=',
      threshold: 0.5,
    },
    {
      id: 'victim-suffers',
      says: 'a single read by primary key becomes at least ten times slower',
      because: 'it needs one of the same five connections, if only for a millisecond',
      signal: 'latency_p95',
      role: 'victim',
      during: [0.5, 1],
      relativeTo: { signal: 'latency_p10', role: 'victim', take: 'min', during: [0, 0.2] },
      is: '>=',
      threshold: 10,
    },
    {
      id: 'database-idle',
      says: 'meanwhile PostgreSQL is nearly idle: the pool is the limit',
      because: 'waiting queries hold a connection but need no CPU; a third of the limit is far from busy',
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
        'if pods were the limit, twice as many would double the victim’s goodput; a factor below 1.5 is chance, because waits end near the timeout',
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
      because: 'the two pools want ten connections, and the database has seven for ordinary roles',
      signal: 'connections_refused',
      arm: 'more-replicas',
      is: '>=',
      threshold: 1,
    },
    {
      id: 'replicas-fail-sooner',
      says: 'with a second replica, requests fail from the start, at a time when a single pod still answers them',
      because:
        'a pod that gets fewer connections than its pool wants fails requests at once; a twentieth exceeds any error budget',
      signal: 'error_share',
      arm: 'more-replicas',
      during: [0, 0.3],
      is: '>=',
      threshold: 0.05,
    },
  ],
};
