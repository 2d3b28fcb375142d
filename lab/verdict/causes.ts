import type { Measured } from '../experiment';

/** A condition with what it means for people when it is true, and when it is not. */
export interface Sign extends Measured {
  yes: string;
  no: string;
}

/** A cause is diagnosed when all of its signs are there; the first sign that is not rules it out. */
export interface Cause {
  name: string;
  mechanism: string;
  signs: Sign[];
  tryNext: string[];
}

/** Long enough that one slow scrape or one unlucky second is no sign. */
const SUSTAINED = { take: 'max', stepSeconds: 5 } as const;

const requestsHarmed: Sign = {
  signal: 'harm',
  ...SUSTAINED,
  is: '>=',
  threshold: 1,
  yes: 'requests failed or took over a second',
  no: 'no request failed or took long',
};

/**
 * Most specific first: the first cause that fits is the diagnosis, the others are ruled out by name.
 * It reads only signals. To add a cause, add a row.
 */
export const CAUSES: Cause[] = [
  {
    name: 'memory limit',
    mechanism:
      'memory grew until the container reached its limit; the kernel then killed it at once, with every request in it. Nothing slows down before, so nothing warns.',
    signs: [
      {
        signal: 'oom_kills',
        is: '>=',
        threshold: 1,
        yes: 'the container was OOMKilled',
        no: 'no container was OOMKilled',
      },
      {
        signal: 'memory_limit_share',
        is: '>=',
        threshold: 0.6,
        yes: 'memory in use had neared the limit at the last sample before a kill',
        no: 'memory stayed far from its limit',
      },
    ],
    tryNext: [
      'stream or paginate instead of retaining (backend.defences.streamInsteadOfRetain=true)',
      'a larger limit only moves the same end to later (backend.memoryLimitMebibytes=1024)',
    ],
  },
  {
    name: 'database connections',
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
    tryNext: [
      'keep pods times pool size below max_connections less 3 (backend.dbPoolSize, backend.replicas)',
      'allow more connections (postgres.maxConnections), or put a connection pooler in front',
    ],
  },
  {
    name: 'connection pool',
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
  },
  {
    name: 'slow dependency',
    mechanism:
      'calls to a dependency that slowed down held all outgoing sockets; every other request that needs one, also a quick one, waited behind them.',
    signs: [
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
      'give up early: backend.defences.downstreamTimeoutMs=500',
      'stop calling what does not answer: backend.defences.breakerFailures=5',
      'keep sockets for the others: backend.defences.bulkheadMaxConcurrent=20',
    ],
  },
  {
    name: 'cpu limit',
    mechanism:
      'the work offered needs more CPU than the limit allows; the kernel throttles the container, work queues, latency grows to the client’s patience, and work for clients that have left crowds out the rest. The pod stays Running all the while.',
    signs: [
      {
        signal: 'cpu_limit_share',
        ...SUSTAINED,
        is: '>=',
        threshold: 0.85,
        yes: 'CPU was at its limit',
        no: 'CPU stayed below its limit',
      },
      {
        signal: 'cpu_throttled_share',
        ...SUSTAINED,
        is: '>=',
        threshold: 0.5,
        yes: 'the CPU was throttled',
        no: 'the CPU was hardly throttled',
      },
      requestsHarmed,
    ],
    tryNext: [
      'refuse what cannot be served in time: backend.defences.admissionLimit=20',
      'compute less: backend.defences.cpuCacheEntries=100',
      'more of what is short: backend.cpuLimitMillicores=1000, or backend.replicas=2',
    ],
  },
  {
    name: 'slow I/O only',
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
        signal: 'cpu_limit_share',
        ...SUSTAINED,
        is: '<',
        threshold: 0.85,
        yes: 'there was CPU to spare',
        no: 'CPU was at its limit',
      },
    ],
    tryNext: ['wait for less, or for several things at once; more CPU or replicas change nothing'],
  },
  {
    name: 'healthy',
    mechanism: 'requests were answered quickly and well.',
    signs: [
      {
        signal: 'harm',
        ...SUSTAINED,
        is: '<',
        threshold: 1,
        yes: 'no request failed or took long',
        no: 'requests failed or took over a second',
      },
    ],
    tryNext: [],
  },
];

/** What a person would notice, in any run; the earliest that is seen is the first symptom. */
export const SYMPTOMS: (Measured & { says: string })[] = [
  { signal: 'latency_p95', is: '>=', threshold: 1000, says: 'p95 latency passed one second' },
  { signal: 'error_share', is: '>=', threshold: 0.05, says: 'requests began to fail' },
  { signal: 'cpu_throttled_share', is: '>=', threshold: 0.5, says: 'the CPU was throttled' },
  { signal: 'memory_limit_share', is: '>=', threshold: 0.8, says: 'memory in use neared its limit' },
  { signal: 'sockets_waiting', is: '>=', threshold: 5, says: 'calls waited for a downstream socket' },
  { signal: 'pool_waiting', is: '>=', threshold: 5, says: 'queries waited for a database connection' },
  { signal: 'oom_kills', is: '>=', threshold: 1, says: 'the container was OOMKilled' },
];
