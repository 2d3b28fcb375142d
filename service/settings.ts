/** Settings of the service that the constructs offer, too: each is stated here, and nowhere else. */

export interface IntegerSetting {
  /** The environment variable that it comes in. */
  env: string;
  default: number;
  range: [least: number, most: number];
  /** What it is, and why the default is what it is. */
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
    "Threads for CPU work, so that a limit of up to two cores can be used. Explicit because availableParallelism() counts the host's cores, not the quota.",
  ),
  offloadCpuWork: flag(
    'OFFLOAD_CPU_WORK',
    true,
    'Whether CPU work is done in the worker threads; false = on the event loop, where every other request, and every probe, waits for it.',
  ),
  cpuMicrosPerComplexity: integer(
    'CPU_MICROS_PER_COMPLEXITY',
    500,
    [1, 1_000_000],
    'CPU-µs that one unit of complexity costs: complexity 30 takes 15 ms, some 16 with all around it, so 500m serve about 31 requests/s.',
  ),
  retainedEntries: integer(
    'RETAINED_ENTRIES',
    60,
    [1, 1_000_000],
    'Buffers that /api/memory-leak keeps at most: a cache bounded by entries, not bytes. 60 of 10..30 MB are 1.2 GB: too much for 512Mi and 1Gi, not for 2Gi.',
  ),
  retainedKibibytesPerMegabyte: integer(
    'RETAINED_KIBIBYTES_PER_MEGABYTE',
    1024,
    [1, 1024],
    'KiB that each megabyte asked of /api/memory-leak takes: all of it; less is code that allocates less for the same answer.',
  ),
  queryMs: integer(
    'QUERY_MS',
    50,
    [0, 10_000],
    'Duration of each query of /api/db-pool-exhaust; the query sleeps, so it holds a connection but needs no CPU.',
  ),
  dbPoolSize: integer(
    'DB_POOL_SIZE',
    5,
    [1, 200],
    'Connections per pod. One pod fits into postgres.maxConnections (10, 3 of them reserved), two do not.',
  ),
  dbAcquireTimeoutMs: integer(
    'DB_ACQUIRE_TIMEOUT_MS',
    5000,
    [0, MAX_MS],
    'Longest wait for a free connection; 0 = for ever, which is the default of the client library pg.',
  ),
  downstreamMaxSockets: integer(
    'DOWNSTREAM_MAX_SOCKETS',
    50,
    [1, 10_000],
    'Sockets to the downstream. Bounded because with the unbounded default a slow dependency costs memory instead of cascading.',
  ),
};

/** Counter-measures, each off by default. */
export const DEFENCES = {
  downstreamTimeoutMs: integer(
    'DOWNSTREAM_TIMEOUT_MS',
    0,
    [0, MAX_MS],
    'Longest wait for one call of the downstream; 0 = wait for ever, as HTTP clients do by default.',
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
    "How long an open breaker refuses before it lets one call through: a few times the downstream's normal latency.",
  ),
  downstreamRetries: integer(
    'DOWNSTREAM_RETRIES',
    0,
    [0, 100],
    'Times that a failed downstream call is made again; 0 = never. It multiplies the load just when there is too much.',
  ),
  downstreamRetryBackoffMs: integer(
    'DOWNSTREAM_RETRY_BACKOFF_MS',
    0,
    [0, MAX_MS],
    'Pause before the first retry, doubled for each further one, with jitter; 0 = at once.',
  ),
  bulkheadMaxConcurrent: integer(
    'BULKHEAD_MAX_CONCURRENT',
    0,
    [0, 10_000],
    'Calls of /api/cascade-failure to the downstream in flight, so that others keep sockets; 0 = no bulkhead.',
  ),
  admissionLimit: integer(
    'ADMISSION_LIMIT',
    0,
    [0, 10_000],
    'Requests in flight in /api/cpu-intensive beyond which 503 with Retry-After is answered at once; 0 = no limit.',
  ),
  queryConcurrency: integer(
    'QUERY_CONCURRENCY',
    0,
    [0, 200],
    'Connections that one request of /api/db-pool-exhaust may hold at a time; 0 = as many as it asks for.',
  ),
  cpuCacheEntries: integer(
    'CPU_CACHE_ENTRIES',
    0,
    [0, 1_000_000],
    'Remembered results of /api/cpu-intensive, the least recently used leaves first; 0 = no cache.',
  ),
  streamInsteadOfRetain: flag(
    'STREAM_INSTEAD_OF_RETAIN',
    false,
    'Whether /api/memory-leak streams its buffers away instead of keeping them: what a fixed leak looks like.',
  ),
  pageMebibytes: integer(
    'PAGE_MEBIBYTES',
    0,
    [0, 1_000],
    'Most that one request of /api/memory-leak gets and keeps, the rest being for further requests; 0 = everything at once.',
  ),
  slowConcurrency: integer(
    'SLOW_CONCURRENCY',
    0,
    [0, 1_000],
    'Waits of a second each of one request of /api/slow at once; 0 = one after the other, as awaits in a loop are.',
  ),
};
