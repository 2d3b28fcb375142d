import { GENERATOR_LATE_MS } from '../validity';
import { type Cause, requestsHarmed, SUSTAINED } from './sign';

/** Requests wait for something outside the container. */
export const databaseConnections: Cause = {
  name: 'database connections',
  lesson: 'db-pool-exhaust',
  mechanism:
    'the pods together wanted more connections than the database allows (max_connections less those it reserves); it refused the rest, and requests on the pods that got none failed at once.',
  signs: [
    {
      signal: 'connections_refused',
      is: '>=',
      threshold: 1,
      yes: 'PostgreSQL refused connections because it had too many',
      no: 'PostgreSQL refused no connection',
    },
    requestsHarmed,
  ],
  includes: ['connection pool'],
  tryNext: [
    'keep pods times pool size below max_connections less 3 (backend.dbPoolSize, backend.replicas)',
    'allow more connections (postgres.maxConnections), or put a connection pooler in front',
  ],
};

export const connectionPool: Cause = {
  name: 'connection pool',
  lesson: 'db-pool-exhaust',
  mechanism:
    'every connection of the pool was held by waiting queries; the others queued for one until they timed out, while the database itself had almost nothing to do.',
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
      ...SUSTAINED,
      is: '<',
      threshold: 0.8,
      yes: 'PostgreSQL was not short of CPU',
      no: 'PostgreSQL itself was short of CPU',
    },
    requestsHarmed,
  ],
  tryNext: [
    'fewer queries at once for each request (backend.defences.queryConcurrency=2)',
    'a larger pool, as far as the database allows connections (backend.dbPoolSize with postgres.maxConnections)',
    'more replicas share the same database: they do not help',
  ],
};

export const slowDependency: Cause = {
  name: 'slow dependency',
  lesson: 'cascade-failure',
  mechanism:
    'calls to a dependency that slowed down held all outgoing sockets; every other request that needs one, also a quick one, waited behind them.',
  signs: [
    {
      signal: 'downstream_latency',
      ...SUSTAINED,
      is: '>=',
      threshold: 100,
      yes: 'the dependency took long by its own clock',
      no: 'no dependency was slow by its own clock',
    },
    {
      signal: 'sockets_used_share',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.95,
      yes: 'all downstream sockets were in use',
      no: 'there were free downstream sockets',
    },
    {
      signal: 'sockets_waiting',
      ...SUSTAINED,
      is: '>=',
      threshold: 1,
      yes: 'calls waited for a socket',
      no: 'no call waited for a socket',
    },
    requestsHarmed,
  ],
  tryNext: [
    'keep sockets for the others: backend.defences.bulkheadMaxConcurrent=20',
    'give up early, so that nobody waits in vain: backend.defences.downstreamTimeoutMs=500',
    'and stop calling what does not answer: backend.defences.breakerFailures=5',
  ],
};

export const slowIo: Cause = {
  name: 'slow I/O only',
  lesson: 'io-stress',
  mechanism:
    'requests took long because what they wait for takes long; nothing queued, nothing was short, nothing failed.',
  signs: [
    {
      signal: 'latency_p50',
      is: '>=',
      threshold: 1000,
      yes: 'half of the requests took over a second',
      no: 'most requests were quick',
    },
    {
      signal: 'error_share',
      is: '<',
      threshold: 0.01,
      yes: 'hardly any request failed',
      no: 'requests failed',
    },
    {
      signal: 'event_loop_typical_delay',
      ...SUSTAINED,
      is: '<',
      threshold: 50,
      yes: 'the event loop was free',
      no: 'the event loop was held up',
    },
    {
      signal: 'pool_waiting',
      ...SUSTAINED,
      is: '<',
      threshold: 1,
      yes: 'nothing waited for a connection',
      no: 'queries waited for a connection',
    },
    {
      signal: 'sockets_waiting',
      ...SUSTAINED,
      is: '<',
      threshold: 1,
      yes: 'nothing waited for a socket',
      no: 'calls waited for a socket',
    },
    {
      signal: 'generator_delay',
      ...SUSTAINED,
      is: '<',
      threshold: GENERATOR_LATE_MS,
      yes: 'the load generator kept its schedule',
      no: 'the load generator was late by itself',
    },
    {
      signal: 'cpu_limit_share',
      ...SUSTAINED,
      is: '<',
      threshold: 0.85,
      yes: 'there was CPU to spare',
      no: 'CPU was at its limit',
    },
  ],
  tryNext: ['wait for less, or for several things at once; more CPU or replicas change nothing'],
};
