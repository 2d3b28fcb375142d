import { parseInteger, quote } from './integer';

export type Config = ReturnType<typeof readConfig>;

/**
 * The configuration in the environment variables: what is missing gets its default, 0 switches a limit off where the
 * name below says so.
 * @throws Error with one line that names the variable, the value found and what is allowed.
 */
export function readConfig(env: NodeJS.ProcessEnv) {
  const { text, url, integer, flag } = reader(env);
  return {
    host: text('HOST', '0.0.0.0'),
    port: integer('PORT', 8000, 0, 65_535),
    podName: text('POD_NAME', 'backend'),
    /** Time between turning unready and refusing connections, for load balancers to notice. */
    drainDelayMs: integer('DRAIN_DELAY_MS', 0, 0, 60_000),
    drainTimeoutMs: integer('DRAIN_TIMEOUT_MS', 10_000, 0, 600_000),
    faultsEnabled: flag('FAULTS_ENABLED', true),

    workerThreads: integer('WORKER_THREADS', 2, 1, 64),
    /** false = CPU work on the event loop. */
    offloadCpuWork: flag('OFFLOAD_CPU_WORK', true),
    cpuMicrosPerComplexity: integer('CPU_MICROS_PER_COMPLEXITY', 500, 1, 1_000_000),
    /** 0 = no limit. */
    admissionLimit: integer('ADMISSION_LIMIT', 0, 0, 100_000),
    /** 0 = no cache. */
    cpuCacheEntries: integer('CPU_CACHE_ENTRIES', 0, 0, 1_000_000),
    streamInsteadOfRetain: flag('STREAM_INSTEAD_OF_RETAIN', false),
    /** What each megabyte asked of /api/memory-leak really takes. */
    retainedKibibytesPerMegabyte: integer('RETAINED_KIBIBYTES_PER_MEGABYTE', 1_024, 1, 1_024),
    /** 0 = no pages. */
    pageMebibytes: integer('PAGE_MEBIBYTES', 0, 0, 1_000),
    /** Waits of one request of /api/slow at once; 0 = one after the other. */
    slowConcurrency: integer('SLOW_CONCURRENCY', 0, 0, 1_000),

    downstream: {
      url: url('DOWNSTREAM_URL', 'http://downstream:8080'),
      maxSockets: integer('DOWNSTREAM_MAX_SOCKETS', 50, 1, 10_000),
      /** 0 = no timeout. */
      timeoutMs: integer('DOWNSTREAM_TIMEOUT_MS', 0, 0, 600_000),
      /** 0 = no breaker. */
      breakerFailures: integer('BREAKER_FAILURES', 0, 0, 100_000),
      breakerResetMs: integer('BREAKER_RESET_MS', 5_000, 1, 600_000),
      /** 0 = no retries. */
      retries: integer('DOWNSTREAM_RETRIES', 0, 0, 100),
      /** 0 = at once. */
      retryBackoffMs: integer('DOWNSTREAM_RETRY_BACKOFF_MS', 0, 0, 600_000),
    },
    /** Calls of /api/cascade-failure in flight; 0 = no limit. */
    bulkheadMaxConcurrent: integer('BULKHEAD_MAX_CONCURRENT', 0, 0, 10_000),

    database: {
      host: text('DATABASE_HOST', 'postgres'),
      port: integer('DATABASE_PORT', 5432, 1, 65_535),
      name: text('DATABASE_NAME', 'lab'),
      user: text('DATABASE_USER', 'lab'),
      password: text('DATABASE_PASSWORD', 'lab-only-password'),
      poolSize: integer('DB_POOL_SIZE', 5, 1, 200),
      /** 0 = wait for ever. */
      acquireTimeoutMs: integer('DB_ACQUIRE_TIMEOUT_MS', 5_000, 0, 600_000),
    },
    /** Buffers that /api/memory-leak keeps at most. */
    retainedEntries: integer('RETAINED_ENTRIES', 60, 1, 1_000_000),
    queryMs: integer('QUERY_MS', 50, 0, 10_000),
    /** Queries of one request at once; 0 = no limit. */
    queryConcurrency: integer('QUERY_CONCURRENCY', 0, 0, 1_000),
  };
}

function reader(env: NodeJS.ProcessEnv) {
  const text = (name: string, fallback: string) => {
    const found = env[name] ?? fallback;
    return found !== '' ? found : reject(name, 'must not be empty', found);
  };
  return {
    text,
    url(name: string, fallback: string): string {
      const found = text(name, fallback);
      const { protocol } = URL.canParse(found) ? new URL(found) : { protocol: '' };
      return protocol === 'http:' ? found : reject(name, 'must be an http:// URL', found);
    },
    integer(name: string, fallback: number, min: number, max: number): number {
      const found = env[name] ?? String(fallback);
      return parseInteger(found, min, max) ?? reject(name, `must be an integer from ${min} to ${max}`, found);
    },
    flag(name: string, fallback: boolean): boolean {
      const found = env[name] ?? String(fallback);
      if (found === 'true' || found === 'false') return found === 'true';
      return reject(name, 'must be true or false', found);
    },
  };
}

function reject(name: string, rule: string, found: string): never {
  throw new Error(`${name} ${rule}, found ${quote(found)}`);
}
