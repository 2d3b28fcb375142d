/**
 * Where each signal is shown. A new signal needs one row here, and appears in every place that the row names.
 * Within each place, signals keep the order of the rows.
 */
export interface ShownSignal {
  signal: string;
  /** Whose containers. Default: the backend's. */
  app?: 'downstream' | 'postgres';
  /** In the progress line of a run, under this label. */
  progress?: string;
  /** In the table of mystery mode, under this label. */
  mystery?: string;
  /** Among the reasons of a comparison, if it moved far. */
  explains?: true;
  /** In a chart of the page. */
  chart?: CurveStyle & { in: ClientChart | SystemChart };
  /** The part of the page that shows what it is about, if it has no curve of its own. */
  seenIn?: ClientChart | SystemChart | 'pods';
  /** In a panel of the overview dashboard. */
  panel?: Panel;
}

export interface CurveStyle {
  label: string;
  tone: Tone;
  line?: 'dashed' | 'dotted';
  fill?: boolean;
  axis?: 'right';
  /** Drawn for every overlaid arm, too. */
  key?: boolean;
}

export type Tone =
  'good' | 'plain' | 'bad' | 'warn' | 'first' | 'second' | 'third' | 'fourth' | 'fifth' | 'sixth';

export type ClientChart = 'rate' | 'latency' | 'errors';
export type SystemChart =
  'cpu' | 'memory' | 'workers' | 'sockets' | 'pool' | 'loop' | 'downstream' | 'postgres';

export type Panel =
  | 'Latency'
  | 'Goodput'
  | 'Failures'
  | 'Failures by kind'
  | 'CPU against its limit'
  | 'Throttling'
  | 'Memory against its limit'
  | 'Event-loop delay'
  | 'Available pods'
  | 'Restarts'
  | 'OOM kills'
  | 'Worker threads'
  | 'Database connections in use'
  | 'Queries waiting for a connection'
  | 'Failed waits for a connection'
  | 'Downstream sockets in use'
  | 'Calls waiting for a socket'
  | 'The downstream';

/** What clients see. Shown for each kind of requests. */
export const OF_REQUESTS: ShownSignal[] = [
  {
    signal: 'offered_rate',
    progress: 'offered',
    mystery: 'offered',
    chart: { in: 'rate', label: 'offered', tone: 'plain', line: 'dashed' },
  },
  {
    signal: 'request_rate',
    chart: { in: 'rate', label: 'completed', tone: 'second' },
    panel: 'Goodput',
  },
  {
    signal: 'goodput',
    progress: 'good',
    mystery: 'successful',
    chart: { in: 'rate', label: 'goodput', tone: 'good', fill: true, key: true },
    panel: 'Goodput',
  },
  {
    signal: 'schedule_latency_p99',
    chart: { in: 'latency', label: 'p99', tone: 'fourth', line: 'dotted' },
  },
  { signal: 'schedule_latency_p95', chart: { in: 'latency', label: 'p95', tone: 'warn', key: true } },
  { signal: 'schedule_latency_p50', chart: { in: 'latency', label: 'p50', tone: 'first' } },
  { signal: 'latency_p10', seenIn: 'latency' },
  { signal: 'latency_p50', mystery: 'p50 latency', seenIn: 'latency', panel: 'Latency' },
  {
    signal: 'latency_p95',
    progress: 'p95',
    mystery: 'p95 latency',
    chart: { in: 'latency', label: 'p95 from sending', tone: 'plain', line: 'dashed' },
    panel: 'Latency',
  },
  { signal: 'latency_p99', seenIn: 'latency', panel: 'Latency' },
  { signal: 'goodput_share', mystery: 'successful, of the offered', seenIn: 'rate' },
  { signal: 'requests_per_iteration', mystery: 'requests per iteration', seenIn: 'rate' },
  { signal: 'successes_per_iteration', mystery: 'successes per iteration', seenIn: 'rate' },
  { signal: 'dropped_rate', seenIn: 'rate' },
  { signal: 'error_share', progress: 'errors', mystery: 'failed', seenIn: 'errors', panel: 'Failures' },
  { signal: 'abrupt_share', seenIn: 'errors' },
  { signal: 'harm', seenIn: 'errors' },
  { signal: 'harmed_routes', mystery: 'kinds of requests harmed', seenIn: 'errors' },
  {
    signal: 'failed_rate_timeout',
    chart: { in: 'errors', label: 'timeout', tone: 'warn', key: true },
    panel: 'Failures by kind',
  },
  { signal: 'failed_rate_refused', chart: { in: 'errors', label: 'refused', tone: 'bad', key: true } },
  { signal: 'failed_rate_reset', chart: { in: 'errors', label: 'reset', tone: 'fourth', key: true } },
  {
    signal: 'failed_rate_http_5xx',
    mystery: 'status 5xx',
    chart: { in: 'errors', label: '5xx', tone: 'sixth', key: true },
    panel: 'Failures by kind',
  },
  {
    signal: 'failed_rate_http_4xx',
    mystery: 'status 4xx',
    chart: { in: 'errors', label: '4xx', tone: 'second', key: true },
    panel: 'Failures by kind',
  },
  { signal: 'failed_rate_other', chart: { in: 'errors', label: 'other', tone: 'plain', key: true } },
];

/** The inside of the system. */
export const OF_SYSTEM: ShownSignal[] = [
  { signal: 'requests_shed', mystery: 'refused by a defence', explains: true, seenIn: 'errors' },
  { signal: 'cpu_usage', seenIn: 'cpu' },
  {
    signal: 'cpu_limit_share',
    progress: 'CPU',
    mystery: 'CPU use, of the limit',
    explains: true,
    chart: { in: 'cpu', label: 'used', tone: 'first', fill: true, key: true },
    panel: 'CPU against its limit',
  },
  { signal: 'unanswered_scrapes', mystery: 'scrapes not answered', seenIn: 'pods' },
  { signal: 'busiest_cpu_limit_share', mystery: 'CPU use of the busiest pod', seenIn: 'cpu' },
  {
    signal: 'cpu_throttled_share',
    mystery: 'CPU periods throttled',
    explains: true,
    chart: { in: 'cpu', label: 'throttled periods', tone: 'warn', line: 'dashed' },
    panel: 'Throttling',
  },
  { signal: 'cpu_tasks', explains: true, seenIn: 'workers' },
  {
    signal: 'memory_limit_share',
    progress: 'memory',
    mystery: 'memory use, of the limit',
    explains: true,
    chart: { in: 'memory', label: 'in use', tone: 'third', fill: true, key: true },
    panel: 'Memory against its limit',
  },
  { signal: 'memory_working_set', seenIn: 'memory' },
  { signal: 'memory_growth', seenIn: 'memory' },
  { signal: 'retained_bytes', seenIn: 'memory' },
  { signal: 'oom_kills', mystery: 'OOM kills', explains: true, seenIn: 'pods', panel: 'OOM kills' },
  { signal: 'oom_counter', seenIn: 'pods', panel: 'OOM kills' },
  { signal: 'liveness_kills', mystery: 'kills by the liveness probe', seenIn: 'pods' },
  { signal: 'served_before_liveness_kill', mystery: 'successful before the first of them', seenIn: 'pods' },
  { signal: 'own_exits', mystery: 'exits of their own', seenIn: 'pods' },
  { signal: 'crashes', mystery: 'crashes', seenIn: 'pods' },
  { signal: 'back_offs', mystery: 'back-offs before a restart', seenIn: 'pods' },
  { signal: 'replicas_down', mystery: 'replicas down beside others', seenIn: 'pods' },
  { signal: 'standstill', mystery: 'longest standstill', seenIn: 'cpu' },
  {
    signal: 'standstill',
    app: 'downstream',
    mystery: "the dependency's longest standstill",
    seenIn: 'downstream',
  },
  { signal: 'standstill', app: 'postgres', mystery: "the database's longest standstill", seenIn: 'postgres' },
  { signal: 'available_replicas', seenIn: 'pods', panel: 'Available pods' },
  { signal: 'restarts', seenIn: 'pods', panel: 'Restarts' },
  {
    signal: 'worker_queue',
    mystery: 'CPU tasks waiting',
    chart: { in: 'workers', label: 'waiting', tone: 'warn', fill: true, key: true },
    panel: 'Worker threads',
  },
  { signal: 'worker_busy_share', mystery: 'worker threads busy', explains: true, seenIn: 'workers' },
  {
    signal: 'event_loop_delay',
    chart: { in: 'loop', label: 'p99', tone: 'fourth', fill: true, key: true },
    panel: 'Event-loop delay',
  },
  { signal: 'event_loop_typical_delay', mystery: 'typical event-loop delay', seenIn: 'loop' },
  { signal: 'event_loop_longest_wait', mystery: 'longest event-loop turn', seenIn: 'loop' },
  { signal: 'event_loop_turn_cpu', mystery: 'CPU time of an event-loop turn', seenIn: 'loop' },
  {
    signal: 'sockets_used_share',
    mystery: 'downstream sockets in use',
    chart: { in: 'sockets', label: 'in use', tone: 'first', fill: true, key: true },
    panel: 'Downstream sockets in use',
  },
  {
    signal: 'sockets_waiting',
    mystery: 'calls waiting for a socket',
    explains: true,
    chart: { in: 'sockets', label: 'waiting', tone: 'warn', axis: 'right' },
    panel: 'Calls waiting for a socket',
  },
  {
    signal: 'downstream_latency',
    mystery: 'time of a downstream call',
    explains: true,
    chart: { in: 'downstream', label: 'mean time per call', tone: 'warn', key: true },
    panel: 'The downstream',
  },
  {
    signal: 'dependency_unreachable',
    mystery: 'calls refused or cut off',
    explains: true,
    seenIn: 'downstream',
  },
  {
    signal: 'cpu_throttled_share',
    app: 'downstream',
    mystery: "the dependency's CPU periods throttled",
    seenIn: 'downstream',
  },
  { signal: 'downstream_retries', explains: true, seenIn: 'downstream' },
  {
    signal: 'cpu_limit_share',
    app: 'downstream',
    mystery: 'dependency CPU use, of the limit',
    chart: { in: 'downstream', label: 'CPU', tone: 'first', axis: 'right' },
  },
  {
    signal: 'pool_used_share',
    mystery: 'database pool in use',
    chart: { in: 'pool', label: 'in use', tone: 'first', fill: true, key: true },
    panel: 'Database connections in use',
  },
  {
    signal: 'pool_waiting',
    mystery: 'queries waiting for a connection',
    explains: true,
    chart: { in: 'pool', label: 'waiting', tone: 'warn', axis: 'right' },
    panel: 'Queries waiting for a connection',
  },
  { signal: 'acquire_timeouts', explains: true, seenIn: 'pool', panel: 'Failed waits for a connection' },
  {
    signal: 'connections_refused',
    mystery: 'connections refused',
    explains: true,
    seenIn: 'pool',
    panel: 'Failed waits for a connection',
  },
  { signal: 'database_unreachable', mystery: 'database unreachable', explains: true, seenIn: 'postgres' },
  {
    signal: 'dependency_time',
    mystery: 'time of a call, by the caller',
    explains: true,
    seenIn: 'downstream',
  },
  { signal: 'query_time', mystery: 'time of a query', explains: true, seenIn: 'postgres' },
  {
    signal: 'cpu_throttled_share',
    app: 'postgres',
    mystery: "the database's CPU periods throttled",
    seenIn: 'postgres',
  },
  {
    signal: 'cpu_limit_share',
    app: 'postgres',
    mystery: 'database CPU use, of the limit',
    explains: true,
    chart: { in: 'postgres', label: 'CPU', tone: 'first', fill: true, key: true },
  },
  {
    signal: 'memory_limit_share',
    app: 'postgres',
    chart: { in: 'postgres', label: 'memory', tone: 'third', line: 'dashed' },
  },
];

/** The lab itself and its machine. They say whether the rest says anything about the system. */
export const OF_LAB: ShownSignal[] = [
  { signal: 'generator_delay', mystery: 'delay of the load generator' },
  { signal: 'generator_cpu', mystery: 'CPU use of the load generator' },
  { signal: 'host_busy', mystery: 'CPU use of the machine' },
  { signal: 'cores_left', mystery: 'cores left by other programs' },
];
