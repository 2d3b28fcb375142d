/** Series values by name, in promtool's notation: `a+bxn` is a start, a step and a count. */
export type Series = Record<string, string>;

const IN_BACKEND = 'namespace="load-testing",container="backend",pod="backend-1"';
const IN_DOWNSTREAM = 'namespace="load-testing",container="downstream",pod="downstream-1"';
const IN_POSTGRES = 'namespace="load-testing",container="postgres",pod="postgres-0"';

const flat = (value: number): string => `${value}x40`;
const rising = (step: number): string => `0+${step}x40`;

/** Twenty requests a second, sampled every 5 s. */
function requests(ok: number, failed: number, seconds: 'quick' | 'slow'): Series {
  const all = ok + failed;
  const labels = `${IN_BACKEND},route="/api/fast"`;
  return {
    [`http_request_duration_seconds_count{${labels},status="200"}`]: rising(ok),
    [`http_request_duration_seconds_count{${labels},status="500"}`]: rising(failed),
    [`http_request_duration_seconds_bucket{${labels},le="0.1"}`]: rising(seconds === 'quick' ? all : 0),
    [`http_request_duration_seconds_bucket{${labels},le="2.5"}`]: rising(seconds === 'quick' ? all : 0),
    [`http_request_duration_seconds_bucket{${labels},le="5"}`]: rising(all),
    [`http_request_duration_seconds_bucket{${labels},le="+Inf"}`]: rising(all),
  };
}

const failing = requests(50, 50, 'quick');
const slow = requests(100, 0, 'slow');

const cpu = (throttled: number, cores: number): Series => ({
  [`container_cpu_usage_seconds_total{${IN_BACKEND}}`]: rising(cores * 5),
  [`container_cpu_cfs_periods_total{${IN_BACKEND}}`]: rising(50),
  [`container_cpu_cfs_throttled_periods_total{${IN_BACKEND}}`]: rising(50 * throttled),
});

const memory = (share: number): Series => ({
  [`container_memory_working_set_bytes{${IN_BACKEND}}`]: flat(share * 1000),
});

const sockets = (used: number, waiting: number): Series => ({
  [`downstream_sockets_used{${IN_BACKEND}}`]: flat(used),
  [`downstream_sockets_waiting{${IN_BACKEND}}`]: flat(waiting),
});

/** The mean duration of a call measured by the dependency itself, ten calls per sample. */
const calls = (seconds: number): Series => ({
  'downstream_service_seconds_count{namespace="load-testing",container="downstream"}': rising(10),
  'downstream_service_seconds_sum{namespace="load-testing",container="downstream"}': rising(10 * seconds),
});

/** Throttling and CPU use of another app's pod, whose limit is half a core. */
const ofOther =
  (labels: string) =>
  (throttled: number, cores: number): Series => ({
    [`container_cpu_usage_seconds_total{${labels}}`]: rising(cores * 5),
    [`container_cpu_cfs_periods_total{${labels}}`]: rising(50),
    [`container_cpu_cfs_throttled_periods_total{${labels}}`]: rising(50 * throttled),
  });
const postgres = ofOther(IN_POSTGRES);
const downstream = ofOther(IN_DOWNSTREAM);

/** Seconds that requests of a route spend in the database. */
const queries = (seconds: string): Series => ({
  [`http_request_stage_seconds_total{${IN_BACKEND},route="/api/fast",stage="query"}`]: seconds,
  [`http_request_stage_operations_total{${IN_BACKEND},route="/api/fast",stage="query"}`]: rising(100),
});

const eventLoop = (seconds: number): Series => ({
  [`nodejs_eventloop_lag_p50_seconds{${IN_BACKEND}}`]: flat(seconds),
});

const pool = (idle: number, waiting: number): Series => ({
  [`db_pool_idle{${IN_BACKEND}}`]: flat(idle),
  [`db_pool_waiting{${IN_BACKEND}}`]: flat(waiting),
});

const killed: Series = {
  [`kube_pod_container_status_restarts_total{${IN_BACKEND}}`]: '0x10 1x30',
  [`kube_pod_container_status_last_terminated_reason{${IN_BACKEND},reason="OOMKilled"}`]: '0x10 1x30',
};

export const HEALTHY: Series = {
  ...requests(100, 0, 'quick'),
  ...cpu(0.1, 0.1),
  ...memory(0.3),
  ...sockets(5, 0),
  ...pool(4, 0),
  ...calls(0.05),
  ...eventLoop(0.01),
  [`downstream_sockets_max{${IN_BACKEND}}`]: flat(50),
  [`db_pool_total{${IN_BACKEND}}`]: flat(5),
  [`db_pool_max{${IN_BACKEND}}`]: flat(5),
  [`kube_pod_container_resource_limits{${IN_BACKEND},resource="cpu"}`]: flat(0.5),
  [`kube_pod_container_resource_limits{${IN_BACKEND},resource="memory"}`]: flat(1000),
  [`kube_pod_container_status_restarts_total{${IN_BACKEND}}`]: flat(0),
  [`kube_pod_container_status_last_terminated_reason{${IN_BACKEND},reason="OOMKilled"}`]: flat(0),
  ...deployment(flat(1), flat(1)),
  [`container_cpu_usage_seconds_total{${IN_POSTGRES}}`]: rising(0.5),
  [`kube_pod_container_resource_limits{${IN_POSTGRES},resource="cpu"}`]: flat(0.5),
  ...postgres(0.1, 0.1),
  ...downstream(0.1, 0.1),
  [`kube_pod_container_resource_limits{${IN_DOWNSTREAM},resource="cpu"}`]: flat(0.5),
  [`worker_threads_busy{${IN_BACKEND}}`]: flat(1),
  [`worker_threads_max{${IN_BACKEND}}`]: flat(2),
  [`worker_queue_size{${IN_BACKEND}}`]: flat(0),
};

/** The pods of the backend: how many are available, and how many its Deployment wants. */
function deployment(available: string, wanted: string): Series {
  const backend = '{namespace="load-testing",deployment="backend"}';
  return {
    [`kube_deployment_status_replicas_available${backend}`]: available,
    [`kube_deployment_spec_replicas${backend}`]: wanted,
  };
}

/** Ways in which somebody takes the system down, 15 s before the end, while a scrape sees pods go first. */
export const TAKEN_DOWN: Record<string, Series> = {
  'its Deployment was removed': deployment('1x20 0 stale', '1x21 stale'),
  'it was scaled to zero': deployment('1x20 0x20', '1x20 0x20'),
};

/** Ordinary starts, each within half a minute. */
export const STARTED: Record<string, Series> = {
  'an installation': deployment('0x4 1x40', '1x44'),
  'an installation whose Deployment is not there at first': deployment('_x4 0x3 1x40', '_x4 1x44'),
  'it was scaled from zero to one': deployment('0x9 1x40', '0x5 1x44'),
};

/** For each alert, the difference from a healthy system when it fires. */
export const SICK: Record<string, Series> = {
  NoPodAvailable: deployment('1x12 0x30', flat(1)),
  RestartLoop: { [`kube_pod_container_status_restarts_total{${IN_BACKEND}}`]: '0x5 1x5 2x5 3x20' },
  SymptomLatency: slow,
  SymptomErrors: failing,
  SymptomThrottling: cpu(0.9, 0.4),
  SymptomMemory: memory(0.9),
  SymptomSockets: sockets(50, 20),
  SymptomPool: pool(0, 20),
  SymptomEventLoop: eventLoop(0.5),
  SymptomOomKill: killed,
  CauseMemoryLimit: { ...killed, ...memory(0.9) },
  CauseDatabaseConnections: {
    ...failing,
    [`db_errors_total{${IN_BACKEND},code="53300"}`]: '_x10 5x30',
  },
  CauseConnectionPool: { ...failing, ...pool(0, 20) },
  CauseSlowDependency: { ...slow, ...sockets(50, 20), ...calls(0.5) },
  CauseOutgoingSockets: { ...slow, ...sockets(50, 20) },
  CauseDatabaseDown: {
    ...failing,
    [`db_errors_total{${IN_BACKEND},code="ECONNREFUSED"}`]: rising(20),
  },
  CauseDatabaseCPU: { ...slow, ...postgres(0.9, 0.49) },
  CauseSlowDatabase: { ...slow, ...queries(rising(500)) },
  CauseDependencyDown: {
    ...failing,
    'downstream_request_duration_seconds_count{namespace="load-testing",container="backend",result="network_error"}':
      rising(20),
  },
  CauseDependencyCPU: { ...slow, ...downstream(0.9, 0.49) },
  CauseWorkerThreads: {
    ...slow,
    [`worker_threads_busy{${IN_BACKEND}}`]: flat(2),
    [`worker_threads_max{${IN_BACKEND}}`]: flat(2),
    [`worker_queue_size{${IN_BACKEND}}`]: flat(20),
  },
  CauseClientErrors: {
    [`http_request_duration_seconds_count{${IN_BACKEND},route="/api/fast",status="404"}`]: rising(50),
  },
  CauseApplicationErrors: failing,
  CauseEventLoopBlock: { ...slow, ...eventLoop(0.5), ...cpu(0.1, 0.3) },
  CauseCpuLimit: { ...slow, ...cpu(0.9, 0.49) },
  CauseSlowIOOnly: slow,
  CauseLoadShed: {
    ...failing,
    [`requests_shed_total{${IN_BACKEND},route="/api/fast",reason="bulkhead"}`]: rising(50),
  },
};
