/** One run of the confusion matrix: what was done to the system, and what a diagnosis must therefore find. */
export interface ConfusionRun {
  name: string;
  experiment: string;
  arm?: string;
  set?: string[];
  /** What was done, as the table says it. */
  what: string;
  kind:
    | 'experiment'
    | 'defence'
    | 'failure'
    | 'no-op'
    | 'half strength'
    | 'other limit'
    | 'two causes'
    | 'the lab itself';
  /** The causes that are present; a diagnosis of fewer or of others is wrong. */
  causes: string[];
  /** The number of busy processes beside the lab, per core of the machine. */
  burnersPerCore?: number;
  /**
   * Users without a pause on the fast route, in place of the experiment's load: more than one generator can
   * serve.
   */
  flood?: number;
}

/** Causes in the recordings of the experiments themselves, by experiment and arm. */
export const HELD: Record<string, string[]> = {
  'baseline/default': ['healthy'],
  'cascade-failure/default': ['slow dependency'],
  'cpu-stress/default': ['cpu limit'],
  'db-pool-exhaust/default': ['connection pool'],
  'db-pool-exhaust/more-replicas': ['database connections'],
  'io-stress/default': ['slow I/O only'],
  'io-stress/double-cpu': ['slow I/O only'],
  'memory-stress/default': ['memory limit'],
  'noisy-probe/default': ['liveness probe'],
  'noisy-probe/patient-probe': ['event-loop block', 'cpu limit'],
  'retry-storm/default': ['retry storm'],
  'retry-storm/retry-budget': ['cpu limit'],
};

/** Causes that remain in the recordings of docs/recordings, by experiment and arm. */
export const DEFENDED: Record<string, string[]> = {
  'cascade-failure/timeout': ['slow dependency'],
  'cascade-failure/breaker': ['slow dependency'],
  // The dependency is slow from second 20 on (120 to 165 ms, 56 before), which is why the breaker opens.
  'cascade-failure/timeout-and-breaker': ['slow dependency'],
  'cascade-failure/bulkhead': ['load shed'],
  'cascade-failure/all-three': ['load shed'],
  'cascade-failure/retries-without-backoff': ['slow dependency', 'cpu limit'],
  'cpu-stress/cheaper-code': ['healthy'],
  'cpu-stress/result-cache': ['healthy'],
  'cpu-stress/admission-limit': ['cpu limit'],
  'cpu-stress/two-replicas': ['healthy'],
  'cpu-stress/double-cpu': ['healthy'],
  'db-pool-exhaust/bigger-pool': ['database connections'],
  'db-pool-exhaust/acquire-timeout': ['connection pool'],
  'db-pool-exhaust/fewer-queries-at-once': ['connection pool'],
  'db-pool-exhaust/pgbouncer': ['connection pool'],
  'db-pool-exhaust/more-connections': ['connection pool'],
  'memory-stress/allocate-less': ['healthy'],
  'memory-stress/stream': ['healthy'],
  'memory-stress/paginate': ['healthy'],
  'memory-stress/double-memory': ['memory limit'],
  'io-stress/two-replicas': ['slow I/O only'],
  'io-stress/side-by-side': ['slow I/O only'],
  'noisy-probe/readiness-only': ['event-loop block', 'cpu limit'],
  'noisy-probe/off-the-event-loop': ['cpu limit'],
  'retry-storm/no-retries': ['cpu limit'],
  'retry-storm/backoff-jitter': ['retry storm'],
  'retry-storm/admission-limit': ['cpu limit'],
  'retry-storm/double-cpu': ['healthy'],
};

/** What may be named beside the causes of DEFENDED: the retries block the event loop in some repeats only. */
export const BESIDES: Record<string, string[]> = {
  'cascade-failure/retries-without-backoff': ['event-loop block'],
};

const OFF = 'faults.enabled=false';

export const RUNS: ConfusionRun[] = [
  {
    name: 'event-loop',
    experiment: 'cpu-stress',
    set: [
      'backend.offloadCpuWork=false',
      'backend.cpuLimitMillicores=2000',
      'backend.cpuMicrosPerComplexity=1000',
    ],
    what: 'CPU work on the event loop: more than one thread can do, less than the limit allows',
    kind: 'failure',
    causes: ['event-loop block'],
  },
  {
    name: 'flood',
    experiment: 'baseline',
    set: ['backend.cpuLimitMillicores=2000'],
    what: 'four thousand users without a pause: more than the generator can send',
    kind: 'the lab itself',
    causes: ['load generator'],
    flood: 4000,
  },
  {
    name: 'burners',
    experiment: 'cpu-stress',
    set: ['backend.cpuLimitMillicores=2000'],
    what: 'enough CPU by its limit, but sixteen busy processes on each core of the machine',
    kind: 'the lab itself',
    causes: ['the machine'],
    burnersPerCore: 16,
  },
  {
    name: 'memory-and-cpu',
    experiment: 'memory-stress',
    set: ['backend.cpuLimitMillicores=150', 'backend.cpuRequestMillicores=100'],
    // Requests were refused after kills, and none of the others took as long as a second.
    what: 'a leak, and so little CPU that it is always busy, but quick enough',
    kind: 'other limit',
    causes: ['memory limit'],
  },
  {
    name: 'dependency-and-cpu',
    experiment: 'cascade-failure',
    set: ['backend.cpuLimitMillicores=120', 'backend.cpuRequestMillicores=100'],
    what: 'a slow dependency, and too little CPU to call it',
    kind: 'two causes',
    causes: ['slow dependency', 'cpu limit'],
  },
  {
    name: 'pool-and-cpu',
    experiment: 'db-pool-exhaust',
    set: ['backend.cpuLimitMillicores=60', 'backend.cpuRequestMillicores=60'],
    what: 'a small pool, and too little CPU to use it',
    kind: 'two causes',
    causes: ['connection pool', 'cpu limit'],
  },
  {
    name: 'cpu-250m',
    experiment: 'cpu-stress',
    set: ['backend.cpuLimitMillicores=250'],
    what: 'half the CPU limit',
    kind: 'other limit',
    causes: ['cpu limit'],
  },
  {
    name: 'pool-of-two',
    experiment: 'db-pool-exhaust',
    set: ['backend.dbPoolSize=2'],
    what: 'a pool of two',
    kind: 'other limit',
    causes: ['connection pool'],
  },
  {
    name: 'twenty-sockets',
    experiment: 'cascade-failure',
    set: ['backend.downstreamMaxSockets=20'],
    what: 'twenty sockets',
    kind: 'other limit',
    causes: ['slow dependency'],
  },
  {
    name: 'cpu-half',
    experiment: 'cpu-stress',
    set: ['backend.cpuMicrosPerComplexity=200'],
    what: 'CPU work of less than half the cost',
    kind: 'half strength',
    causes: ['healthy'],
  },
  {
    name: 'memory-half',
    experiment: 'memory-stress',
    set: ['backend.retainedEntries=10'],
    what: 'a cache of ten entries, which fits',
    kind: 'half strength',
    causes: ['healthy'],
  },
  {
    name: 'dependency-half',
    experiment: 'cascade-failure',
    set: ['downstream.contentionPercent=0', 'downstream.maxConcurrency=100'],
    what: 'a dependency that does not slow down',
    kind: 'half strength',
    causes: ['healthy'],
  },
  {
    name: 'cpu-off',
    experiment: 'cpu-stress',
    set: [OFF],
    what: 'no CPU work',
    kind: 'no-op',
    causes: ['healthy'],
  },
  {
    name: 'dependency-off',
    experiment: 'cascade-failure',
    set: [OFF],
    what: 'one downstream call at a time',
    kind: 'no-op',
    causes: ['healthy'],
  },
  {
    name: 'pool-off',
    experiment: 'db-pool-exhaust',
    set: [OFF],
    what: 'one quick query',
    kind: 'no-op',
    causes: ['healthy'],
  },
  {
    name: 'storm-off',
    experiment: 'retry-storm',
    set: [OFF],
    what: 'no CPU work, so nothing to retry',
    kind: 'no-op',
    causes: ['healthy'],
  },
  {
    name: 'probe-off',
    experiment: 'noisy-probe',
    set: [OFF],
    what: 'no CPU work on the event loop, the same tight probe',
    kind: 'no-op',
    causes: ['healthy'],
  },
  {
    name: 'memory-1gi',
    experiment: 'memory-stress',
    set: ['backend.memoryLimitMebibytes=1024'],
    what: 'twice the memory limit',
    kind: 'other limit',
    causes: ['memory limit'],
  },
  {
    name: 'off-the-event-loop',
    experiment: 'noisy-probe',
    arm: 'off-the-event-loop',
    what: 'as many users as before, the work in worker threads: only slow',
    kind: 'other limit',
    causes: ['cpu limit'],
  },
  {
    name: 'storm-shed',
    experiment: 'retry-storm',
    arm: 'admission-limit',
    what: 'the crowd meets an admission limit: short of CPU while it is there, and no longer',
    kind: 'half strength',
    causes: ['cpu limit'],
  },
];
