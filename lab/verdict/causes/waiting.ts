import { type Cause, generatorOnTime, requestsHarmed, SUSTAINED } from './sign';

/** Requests wait for something outside the container. */
export const databaseConnections: Cause = {
  name: 'database connections',
  lesson: 'db-pool-exhaust',
  mechanism:
    'the pods together wanted more connections than the database allows (max_connections minus those it reserves). The database refused the rest, and requests on pods that got no connection failed at once.',
  signs: [
    {
      signal: 'connections_refused',
      is: '>=',
      threshold: 1,
      yes: 'PostgreSQL refused connections because too many were open',
      no: 'PostgreSQL refused no connections',
    },
    requestsHarmed,
  ],
  includes: ['connection pool'],
  tryNext: [
    'keep pods times pool size within max_connections minus 3 (backend.dbPoolSize, backend.replicas)',
    'allow more connections (postgres.maxConnections), or put a connection pooler in front of the database',
  ],
};

export const connectionPool: Cause = {
  name: 'connection pool',
  lesson: 'db-pool-exhaust',
  mechanism:
    'waiting queries held every connection of the pool. Other queries queued for a connection until they timed out, while the database itself was almost idle.',
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
    'run fewer queries at once in each request (backend.defences.queryConcurrency=2)',
    'enlarge the pool, as far as the database allows connections (backend.dbPoolSize with postgres.maxConnections)',
    'do not add replicas: they share the same database and do not help',
  ],
};

export const slowDependency: Cause = {
  name: 'slow dependency',
  lesson: 'cascade-failure',
  mechanism:
    'a dependency slowed down, and calls to it held all outgoing sockets. Every other request that needs a socket waited behind them, even one whose own call is quick.',
  signs: [
    {
      signal: 'downstream_latency',
      ...SUSTAINED,
      is: '>=',
      threshold: 100,
      yes: 'the dependency itself was slow',
      no: 'the dependency itself was not slow',
    },
    {
      signal: 'sockets_used_share',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.95,
      yes: 'all downstream sockets were in use',
      no: 'some downstream sockets were free',
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
    'reserve sockets for other routes: backend.defences.bulkheadMaxConcurrent=20',
    'give up early instead of waiting in vain: backend.defences.downstreamTimeoutMs=500',
    'stop calling a dependency that does not answer: backend.defences.breakerFailures=5',
  ],
};

export const slowIo: Cause = {
  name: 'slow I/O only',
  lesson: 'io-stress',
  mechanism:
    'requests took long because what they wait for takes long. Nothing queued, nothing ran short and nothing failed.',
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
      no: 'the event loop was blocked',
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
    generatorOnTime,
    {
      signal: 'cpu_limit_share',
      ...SUSTAINED,
      is: '<',
      threshold: 0.85,
      yes: 'there was CPU to spare',
      no: 'CPU use was at its limit',
    },
  ],
  tryNext: ['wait for less, or for several things at once: more CPU or replicas change nothing'],
};
