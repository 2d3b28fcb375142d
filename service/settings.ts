/** Settings of the service that the constructs also offer. Each is defined here and nowhere else. */

export interface IntegerSetting {
  /** The environment variable that holds it. */
  env: string;
  default: number;
  range: [least: number, most: number];
  /** What it is, and the reason for the default. */
  why: string;
}

export interface FlagSetting {
  env: string;
  default: boolean;
  why: string;
}

const integer = (
  env: string,
  preset: number,
  range: [least: number, most: number],
  why: string,
): IntegerSetting => ({ env, default: preset, range, why });
const flag = (env: string, preset: boolean, why: string): FlagSetting => ({ env, default: preset, why });

const MAX_MS = 600_000;

export const SETTINGS = {
  workerThreads: integer(
    'WORKER_THREADS',
    2,
    [1, 64],
    "Threads for CPU work, enough to use a limit of up to two cores. Explicit, because availableParallelism() counts the host's cores, not the quota.",
  ),
  offloadCpuWork: flag(
    'OFFLOAD_CPU_WORK',
    true,
    'Whether CPU work runs in the worker threads. If false, it runs on the event loop, where every other request and every probe waits for it.',
  ),
  cpuMicrosPerComplexity: integer(
    'CPU_MICROS_PER_COMPLEXITY',
    500,
    [1, 1_000_000],
    'CPU time in µs that one unit of complexity costs. Complexity 30 takes 15 ms, about 16 ms with everything around it, so 500m serve about 31 requests/s.',
  ),
  retainedEntries: integer(
    'RETAINED_ENTRIES',
    60,
    [1, 1_000_000],
    'The most buffers that /api/memory-leak keeps: a cache bounded by entries, not bytes. 60 buffers of 10 to 30 MB take about 1.2 GB, too much for 512Mi and 1Gi, but not for 2Gi.',
  ),
  retainedKibibytesPerMegabyte: integer(
    'RETAINED_KIBIBYTES_PER_MEGABYTE',
    1024,
    [1, 1024],
    'KiB that /api/memory-leak keeps for each requested megabyte. The default is all of it; a smaller value stands for code that allocates less for the same answer.',
  ),
  queryMs: integer(
    'QUERY_MS',
    50,
    [0, 10_000],
    'Duration of each query of /api/db-pool-exhaust. The query sleeps, so it holds a connection but needs no CPU.',
  ),
  dbPoolSize: integer(
    'DB_POOL_SIZE',
    5,
    [1, 200],
    'Connections per pod. One pod fits into postgres.maxConnections (10, 3 of them reserved); two pods do not.',
  ),
  dbAcquireTimeoutMs: integer(
    'DB_ACQUIRE_TIMEOUT_MS',
    5000,
    [0, MAX_MS],
    'Longest wait for a free connection; 0 = wait forever, which is the default of the client library pg.',
  ),
  downstreamMaxSockets: integer(
    'DOWNSTREAM_MAX_SOCKETS',
    50,
    [1, 10_000],
    'Sockets to the downstream. Bounded, because with the unbounded default a slow dependency costs memory instead of cascading.',
  ),
};

/** Countermeasures, each off by default. */
export const DEFENCES = {
  downstreamTimeoutMs: integer(
    'DOWNSTREAM_TIMEOUT_MS',
    0,
    [0, MAX_MS],
    'Longest wait for one downstream call; 0 = wait forever, as HTTP clients do by default.',
  ),
  breakerFailures: integer(
    'BREAKER_FAILURES',
    0,
    [0, 10_000],
    'Consecutive failed downstream calls that open the circuit breaker; 0 = no breaker.',
  ),
  breakerResetMs: integer(
    'BREAKER_RESET_MS',
    5000,
    [100, MAX_MS],
    "How long an open breaker refuses calls before it lets one through: a few times the downstream's normal latency.",
  ),
  downstreamRetries: integer(
    'DOWNSTREAM_RETRIES',
    0,
    [0, 100],
    'How often a failed downstream call is retried; 0 = never. Retries multiply the load just when there is too much.',
  ),
  downstreamRetryBackoffMs: integer(
    'DOWNSTREAM_RETRY_BACKOFF_MS',
    0,
    [0, MAX_MS],
    'Pause before the first retry, doubled for each further one, with jitter; 0 = retry at once.',
  ),
  bulkheadMaxConcurrent: integer(
    'BULKHEAD_MAX_CONCURRENT',
    0,
    [0, 10_000],
    'The most downstream calls of /api/cascade-failure in flight, so that other routes keep sockets; 0 = no bulkhead.',
  ),
  admissionLimit: integer(
    'ADMISSION_LIMIT',
    0,
    [0, 10_000],
    'The most requests in flight in /api/cpu-intensive. Others get 503 with Retry-After at once; 0 = no limit.',
  ),
  queryConcurrency: integer(
    'QUERY_CONCURRENCY',
    0,
    [0, 200],
    'The most connections that one request of /api/db-pool-exhaust may hold at a time; 0 = as many as it asks for.',
  ),
  cpuCacheEntries: integer(
    'CPU_CACHE_ENTRIES',
    0,
    [0, 1_000_000],
    'Cached results of /api/cpu-intensive, the least recently used one dropped first; 0 = no cache.',
  ),
  streamInsteadOfRetain: flag(
    'STREAM_INSTEAD_OF_RETAIN',
    false,
    'Whether /api/memory-leak streams its buffers instead of keeping them, as a fixed leak would.',
  ),
  pageMebibytes: integer(
    'PAGE_MEBIBYTES',
    0,
    [0, 1_000],
    'The most MiB that one request of /api/memory-leak gets and keeps. Further requests get the rest; 0 = everything at once.',
  ),
  slowConcurrency: integer(
    'SLOW_CONCURRENCY',
    0,
    [0, 1_000],
    'How many of its one-second waits a request of /api/slow runs at once; 0 = one after another, like awaits in a loop.',
  ),
};
