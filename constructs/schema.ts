import { z } from 'zod';

/** What a text prop may hold: a pattern that any regular-expression engine reads, and the same in words. */
export const TEXTS = {
  dnsLabel: {
    pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    allowed: "a DNS label: 1..63 lower-case letters, digits and '-', with a letter or digit at both ends",
  },
  image: {
    pattern:
      /^[a-z0-9][a-z0-9._-]*(:[0-9]+)?(\/[a-z0-9._-]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
    allowed: 'an image reference: repository[:tag][@digest]',
  },
  identifier: {
    pattern: /^[a-z][a-z0-9]{0,62}$/,
    allowed: 'an SQL name: 1..63 lower-case letters and digits, a letter first',
  },
  password: {
    pattern: /^[!-~]{1,128}$/,
    allowed: '1..128 printable ASCII characters without spaces',
  },
} as const;

const MAX_CPU_MILLICORES = 64_000;
const MAX_MEMORY_MEBIBYTES = 262_144;
const MAX_MS = 600_000;

const int = (preset: number, min: number, max: number, why: string) =>
  z.int().min(min).max(max).default(preset).describe(why);
const flag = (preset: boolean, why: string) => z.boolean().default(preset).describe(why);
const text = (preset: string, kind: keyof typeof TEXTS, why: string) =>
  z.string().regex(TEXTS[kind].pattern).default(preset).describe(why);
const group = <Shape extends z.ZodRawShape>(why: string, shape: Shape) =>
  z
    .strictObject(shape)
    .prefault({} as never)
    .describe(why);

/** What one pod may use: [request, limit], in millicores and in mebibytes. */
function resources(cpu: [number, number], memory: [number, number], why: string) {
  return {
    cpuRequestMillicores: int(
      cpu[0],
      10,
      MAX_CPU_MILLICORES,
      `CPU that the scheduler reserves (1000 = one core). ${why}`,
    ),
    cpuLimitMillicores: int(
      cpu[1],
      10,
      MAX_CPU_MILLICORES,
      `CPU quota: beyond it the pod is throttled, not killed. ${why}`,
    ),
    memoryRequestMebibytes: int(
      memory[0],
      32,
      MAX_MEMORY_MEBIBYTES,
      `Memory that the scheduler reserves. ${why}`,
    ),
    memoryLimitMebibytes: int(
      memory[1],
      32,
      MAX_MEMORY_MEBIBYTES,
      `Memory beyond which the kernel kills the pod (OOMKilled, 137). ${why}`,
    ),
  };
}

const SMALL = 'Small on purpose: one generator on a laptop must be able to exceed it.';
const replicas = (why: string) => int(1, 1, 50, `Pods of the Deployment. ${why}`);
const port = (preset: number, why: string) =>
  int(
    preset,
    1024,
    65_535,
    `TCP port of pod and Service; unprivileged because no container runs as root. ${why}`,
  );

const defences = group(
  'Counter-measures, each off until an arm turns it on, so that a baseline shows the bare failure.',
  {
    downstreamTimeoutMs: int(
      0,
      0,
      MAX_MS,
      'Longest wait for one call of the downstream; 0 = wait for ever, as HTTP clients do by default.',
    ),
    breakerFailures: int(
      0,
      0,
      10_000,
      'Consecutive failed downstream calls that open the circuit breaker; 0 = no breaker.',
    ),
    breakerResetMs: int(
      5000,
      100,
      MAX_MS,
      "How long an open breaker refuses before it lets one call through: a few times the downstream's normal latency.",
    ),
    bulkheadMaxConcurrent: int(
      0,
      0,
      10_000,
      'Calls of /api/cascade-failure to the downstream in flight, so that others keep sockets; 0 = no bulkhead.',
    ),
    admissionLimit: int(
      0,
      0,
      10_000,
      'Requests in flight in /api/cpu-intensive beyond which 503 with Retry-After is answered at once; 0 = no limit.',
    ),
    queryConcurrency: int(
      0,
      0,
      200,
      'Connections that one request of /api/db-pool-exhaust may hold at a time; 0 = as many as it asks for.',
    ),
    cpuCacheEntries: int(
      0,
      0,
      1_000_000,
      'Remembered results of /api/cpu-intensive, the least recently used leaves first; 0 = no cache.',
    ),
    streamInsteadOfRetain: flag(
      false,
      'Whether /api/memory-leak streams its buffers away instead of keeping them: what a fixed leak looks like.',
    ),
  },
);

const backend = group('The system under test.', {
  image: text(
    'backend-under-load/backend:0.1.0',
    'image',
    "Tagged with the project's version, so that no node serves another build from its cache.",
  ),
  replicas: replicas(
    'One, so that a failure is not hidden by its neighbours; a second one is a defence to try.',
  ),
  port: port(8000, 'The port that load scripts and dashboards of this lab expect.'),
  ...resources([250, 500], [256, 512], SMALL),
  workerThreads: int(
    2,
    1,
    64,
    "Threads for CPU work, so that a limit of up to two cores can be used. Explicit because availableParallelism() counts the host's cores, not the quota.",
  ),
  cpuMicrosPerComplexity: int(
    500,
    1,
    1_000_000,
    'CPU-µs that one unit of complexity costs: complexity 30 takes 15 ms, some 16 with all around it, so 500m serve about 31 requests/s.',
  ),
  retainedEntries: int(
    60,
    1,
    1_000_000,
    'Buffers that /api/memory-leak keeps at most: a cache bounded by entries, not bytes. 60 of 10..30 MB are 1.2 GB: too much for 512Mi and 1Gi, not for 2Gi.',
  ),
  queryMs: int(
    50,
    0,
    10_000,
    'Duration of each query of /api/db-pool-exhaust; the query sleeps, so it holds a connection but needs no CPU.',
  ),
  dbPoolSize: int(
    5,
    1,
    200,
    'Connections per pod. One pod fits into postgres.maxConnections (10, 3 of them reserved), two do not.',
  ),
  dbAcquireTimeoutMs: int(
    5000,
    0,
    MAX_MS,
    'Longest wait for a free connection; 0 = for ever, which is the default of the client library pg.',
  ),
  downstreamMaxSockets: int(
    50,
    1,
    10_000,
    'Sockets to the downstream. Bounded because with the unbounded default a slow dependency costs memory instead of cascading.',
  ),
  defences,
});

const downstream = group('The dependency: slow, bounded in concurrency, and slower still when crowded.', {
  image: text(
    'backend-under-load/downstream:0.1.0',
    'image',
    "Tagged with the project's version, so that no node serves another build from its cache.",
  ),
  replicas: replicas('One: its limit is what the cascade lesson is about.'),
  port: port(8080, 'The customary second HTTP port.'),
  ...resources([100, 250], [64, 128], 'It mostly waits.'),
  baseLatencyMs: int(
    50,
    0,
    60_000,
    'Service time of one call that is alone: a typical call within a data centre that touches a disk.',
  ),
  maxConcurrency: int(
    10,
    1,
    10_000,
    'Calls worked on at once; others queue. At 50 ms each it serves at most 200 calls/s.',
  ),
  contentionPercent: int(
    5,
    0,
    1000,
    'How much each other call present lengthens a service time, so that overload lowers throughput (Universal Scalability Law).',
  ),
});

const postgres = group('The database.', {
  image: text(
    'postgres:15',
    'image',
    'The major version that the embedded server of the local engine has as well.',
  ),
  port: port(5432, "PostgreSQL's own."),
  maxConnections: int(
    10,
    5,
    1000,
    'Deliberately small, so that two pods with a pool of 5 exhaust it; 3 of them are reserved for superusers.',
  ),
  ...resources([250, 500], [256, 512], SMALL),
  storageMebibytes: int(
    1024,
    256,
    1_048_576,
    'Size of the volume; the table and its write-ahead log need about 100 MiB.',
  ),
  database: text('lab', 'identifier', 'Created on the first start.'),
  user: text(
    'lab',
    'identifier',
    'An ordinary role: a superuser would be served from the reserved connections and never see the pool exhausted.',
  ),
  password: text(
    'lab-only-password',
    'password',
    'Of the ordinary role. Not a secret: it guards a throw-away database that only the backend can reach.',
  ),
  adminPassword: text(
    'lab-admin-password',
    'password',
    'Of the superuser postgres, which only initializes the database.',
  ),
  sharedBuffersMebibytes: int(
    32,
    1,
    65_536,
    'Page cache of the server: a quarter of the default 128 MB, for it counts against the memory limit.',
  ),
  rows: int(
    1000,
    1,
    1_000_000,
    'Rows of the table orders that /api/order reads: small enough to stay in the page cache.',
  ),
});

const autoscaling = group('HorizontalPodAutoscaler of the backend.', {
  enabled: flag(false, 'Off, so that a run has a fixed number of pods unless it is about scaling.'),
  minReplicas: int(1, 1, 50, 'Pods kept without load; the same as backend.replicas by default.'),
  maxReplicas: int(5, 1, 50, 'Bound on what a runaway load may cost.'),
  targetCpuPercent: int(
    70,
    1,
    1000,
    'CPU use that it aims for, as a share of the CPU *request*; the rest is room to burst while new pods start.',
  ),
});

/** Every setting of the lab, with default, range and reason. The only place where a default is written. */
export const labPropsSchema = z.strictObject({
  namespace: text('load-testing', 'dnsLabel', 'Its own namespace, so that one deletion removes everything.'),
  backend,
  downstream,
  postgres,
  autoscaling,
  networkPolicies: group('Who may talk to whom.', {
    enabled: flag(
      true,
      'On: the database and the dependency are reachable only from where the lesson needs it.',
    ),
  }),
  monitoring: group('How metrics are collected, beyond the scrape annotations that every pod has.', {
    mode: z
      .enum(['none', 'operator'])
      .default('none')
      .describe(
        "operator = ServiceMonitors, which need the Prometheus operator's CRDs; without those an apply would fail, hence none.",
      ),
    scrapeIntervalSeconds: int(
      15,
      1,
      300,
      'Four samples a minute, so that rate() over one minute survives a missed one.',
    ),
  }),
  faults: group('The failing routes.', {
    enabled: flag(
      true,
      'false = every failing route makes the same calls at a negligible cost: the control run, in which nothing may fail.',
    ),
  }),
});

/** All settings, complete and valid. */
export type LabProps = z.output<typeof labPropsSchema>;
/** What a person writes: any part of the settings. */
export type LabPropsInput = z.input<typeof labPropsSchema>;
