import { mean, type Recording, type SeriesLabels } from '../../recording/recording';
import { ofApp, ofNamespace, type Selection } from './promql';
import { containers, cpuRate, cpuUsage, gauge, grown, growth, most } from './resources';
import { routeOf, type Signal } from './signal';

/** Mean of a gauge that the service exposes, e.g. requests waiting for a connection. */
function level(name: string, title: string, metric: string, unit: Signal['unit'] = 'count'): Signal {
  return {
    name,
    title,
    unit,
    valueIn: (recording, _, from, to) => gauge(recording, metric, from, to),
    prometheus: { query: (selection, range) => meanGauge(metric, selection, range) },
  };
}

/** Mean use of a bounded resource, as a share of its bound. */
function usedShare(name: string, title: string, used: string, bound: string): Signal {
  return {
    name,
    title,
    unit: 'share',
    valueIn(recording, _, from, to) {
      const most = gauge(recording, bound, from, to);
      const value = gauge(recording, used, from, to);
      return most && value !== undefined ? value / most : undefined;
    },
    prometheus: {
      query: (selection, range) =>
        `${meanGauge(used, selection, range)} / ${meanGauge(bound, selection, range)}`,
    },
  };
}

/** Mean of what a Prometheus histogram observed. */
function meanOf(name: string, title: string, histogram: string): Signal {
  return {
    name,
    title,
    unit: 'ms',
    valueIn(recording, _, from, to) {
      const count = growth(recording, `${histogram}_count`, from, to);
      const sum = growth(recording, `${histogram}_sum`, from, to);
      return count && sum !== undefined ? (1000 * sum) / count : undefined;
    },
    prometheus: {
      query: (selection, range) =>
        `1000 * ${['sum', 'count'].map((part) => rateOf(`${histogram}_${part}`, selection, range)).join(' / ')}`,
    },
  };
}

/** A metric that a service exposes from its start. */
const OF_EVERY_SERVICE = 'nodejs_eventloop_lag_p50_seconds';

const FIRST_STEP = 'the counter first appears with its first increment, which increase() does not see';

/** @param differs how the value in Prometheus differs, if it does */
function counted(name: string, title: string, metric: string, differs?: string): Signal {
  return {
    name,
    title,
    unit: 'count',
    adds: true,
    valueIn: (recording, _, from, to) => growthFromNone(recording, metric, from, to),
    prometheus: {
      query: (selection, range) => `sum(increase(${metric}${ofNamespace(selection)}[${range}]))`,
      ...(differs !== undefined && { differs }),
    },
  };
}

/** A counter with labels first appears with its first increment. Until then, it is zero in a service that is scraped. */
function growthFromNone(
  recording: Recording,
  metric: string,
  from: number,
  to: number,
  labels?: SeriesLabels,
): number | undefined {
  const counters = recording.find(metric, labels);
  if (counters.length > 0) return grown(recording, counters, from, to);
  const isScraped = recording
    .find(OF_EVERY_SERVICE)
    .some((series) => recording.isGrowthKnown(series, from, to));
  return isScraped ? 0 : undefined;
}

function meanGauge(metric: string, selection: Selection, range: string): string {
  return `sum(avg_over_time(${metric}${ofNamespace(selection)}[${range}]))`;
}

function rateOf(metric: string, selection: Selection, range: string, ...labels: string[]): string {
  return `sum(rate(${metric}${ofNamespace(selection, ...labels)}[${range}]))`;
}

const poolUsed: Signal = {
  name: 'pool_used_share',
  title: 'share of the database pool in use',
  unit: 'share',
  valueIn(recording, _, from, to) {
    const size = gauge(recording, 'db_pool_max', from, to);
    const total = gauge(recording, 'db_pool_total', from, to);
    const idle = gauge(recording, 'db_pool_idle', from, to);
    return size && total !== undefined && idle !== undefined ? (total - idle) / size : undefined;
  },
  prometheus: {
    query: (selection, range) => {
      const [total, idle, size] = ['db_pool_total', 'db_pool_idle', 'db_pool_max'].map((metric) =>
        meanGauge(metric, selection, range),
      );
      return `(${total} - ${idle}) / ${size}`;
    },
  },
};

/** Largest quantile of the event-loop delay among the pods, as Node exposes it for each scrape. */
function eventLoopDelay(name: string, title: string, quantile: 'p50' | 'p99'): Signal {
  const metric = `nodejs_eventloop_lag_${quantile}_seconds`;
  return {
    name,
    title,
    unit: 'ms',
    valueIn(recording, { app }, from, to) {
      const delay = most(containers(recording, metric, app), from, to);
      return delay === undefined ? undefined : delay * 1000;
    },
    prometheus: {
      query: (selection, range) => `1000 * max(max_over_time(${metric}${ofApp(selection)}[${range}]))`,
    },
  };
}

/**
 * A long turn escapes Node's own measurement if a scrape, which begins a new one, is the first thing after it. That
 * scrape had to wait for it.
 */
const longestWait: Signal = {
  name: 'event_loop_longest_wait',
  title: 'longest wait for the event loop',
  unit: 'ms',
  valueIn(recording, { app }, from, to) {
    // In a cluster, a scrape also waits for the API server and the network.
    const isLocal = recording.run.engine.name === 'local';
    const waits = ['nodejs_eventloop_lag_max_seconds', ...(isLocal ? ['scrape_duration_seconds'] : [])]
      .map((metric) => most(containers(recording, metric, app), from, to))
      .filter((seconds) => seconds !== undefined);
    return waits.length > 0 ? 1000 * Math.max(...waits) : undefined;
  },
  prometheus: {
    query: (selection, range) => {
      const [lag, scrape] = ['nodejs_eventloop_lag_max_seconds', 'scrape_duration_seconds'].map(
        (metric) => `max(max_over_time(${metric}${ofApp(selection)}[${range}]))`,
      );
      return `1000 * ((${lag} > ${scrape}) or ${scrape} or ${lag})`;
    },
  },
};

/** Throttling lengthens a turn but not its CPU time. A turn that computes is long and uses much CPU time. */
const turnCpu: Signal = {
  name: 'event_loop_turn_cpu',
  title: 'CPU time of a typical event-loop turn',
  unit: 'ms',
  valueIn(recording, subject, from, to) {
    const delays = containers(recording, 'nodejs_eventloop_lag_p50_seconds', subject.app)
      .map((series) => mean(series, from, to))
      .filter((seconds) => seconds !== undefined);
    const cores = cpuUsage.valueIn(recording, subject, from, to);
    if (delays.length === 0 || cores === undefined) return undefined;
    return 1000 * Math.max(...delays) * Math.min(cores, 1);
  },
  prometheus: {
    query: (selection, range) => {
      const cores = `clamp_max(${cpuRate(selection, range)}, 1)`;
      return `1000 * max(avg_over_time(nodejs_eventloop_lag_p50_seconds${ofApp(selection)}[${range}])) * ${cores}`;
    },
  },
};

/** Errors of a connection that nothing accepts, or that ends under a query. Those of SQL have other codes. */
const UNREACHABLE =
  /^(ECONN.*|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|connection_lost|57P0[123]|08...)$/;

const databaseUnreachable: Signal = {
  name: 'database_unreachable',
  title: 'connections to the database that were refused or cut off',
  unit: 'count',
  adds: true,
  valueIn(recording, _, from, to) {
    const codes = new Set(recording.find('db_errors_total').map(({ labels }) => labels.code ?? ''));
    const counts = [...codes, 'ECONNREFUSED']
      .filter((code, index, all) => UNREACHABLE.test(code) && all.indexOf(code) === index)
      .map((code) => growthFromNone(recording, 'db_errors_total', from, to, { code }));
    const known = counts.filter((count) => count !== undefined);
    return known.length > 0 ? known.reduce((sum, count) => sum + count, 0) : undefined;
  },
  prometheus: {
    query: (selection, range) =>
      `sum(increase(db_errors_total${ofNamespace(selection, `code=~"${UNREACHABLE.source.slice(2, -2)}"`)}[${range}])) or vector(0)`,
    differs: FIRST_STEP,
  },
};

/** How long operations of requests stay in a stage, of all routes together or of one of them. */
function timeIn(name: string, title: string, stage: string): Signal {
  return {
    name,
    title,
    unit: 'ms',
    valueIn(recording, { name: request }, from, to) {
      const route: SeriesLabels = request === undefined ? {} : { route: routeOf(request) };
      const labels = { ...route, stage };
      const seconds = growth(recording, 'http_request_stage_seconds_total', from, to, labels);
      const left = growth(recording, 'http_request_stage_operations_total', from, to, labels);
      // While none leaves, those that are in it count as one.
      return seconds === undefined || left === undefined || seconds === 0
        ? undefined
        : (1000 * seconds) / Math.max(left, 1);
    },
    prometheus: {
      query: (selection, range) => {
        const { route } = selection;
        const only = [`stage="${stage}"`, ...(route === undefined ? [] : [`route="${route}"`])];
        const [seconds, left] = ['seconds', 'operations'].map((what) =>
          rateOf(`http_request_stage_${what}_total`, selection, range, ...only),
        );
        return `1000 * ${seconds} / ${left}`;
      },
    },
  };
}

export const serviceSignals: Signal[] = [
  level('worker_queue', 'CPU tasks waiting for a worker', 'worker_queue_size'),
  usedShare(
    'worker_busy_share',
    'share of the worker threads that are busy',
    'worker_threads_busy',
    'worker_threads_max',
  ),
  level('sockets_waiting', 'downstream calls waiting for a socket', 'downstream_sockets_waiting'),
  usedShare(
    'sockets_used_share',
    'share of the downstream sockets in use',
    'downstream_sockets_used',
    'downstream_sockets_max',
  ),
  meanOf('downstream_latency', 'mean service time of a downstream call', 'downstream_service_seconds'),
  {
    name: 'dependency_unreachable',
    title: 'calls to the dependency that were refused or cut off',
    unit: 'count',
    adds: true,
    valueIn: (recording, _, from, to) =>
      growthFromNone(recording, 'downstream_request_duration_seconds_count', from, to, {
        result: 'network_error',
      }),
    prometheus: {
      query: (selection, range) =>
        `sum(increase(downstream_request_duration_seconds_count${ofNamespace(selection, 'result="network_error"')}[${range}])) or vector(0)`,
      differs: FIRST_STEP,
    },
  },
  databaseUnreachable,
  timeIn('query_time', 'mean time of a query', 'query'),
  timeIn('dependency_time', 'mean time of a call to the dependency', 'downstream'),
  poolUsed,
  level('pool_waiting', 'queries waiting for a database connection', 'db_pool_waiting'),
  counted('acquire_timeouts', 'waits for a database connection that timed out', 'db_acquire_timeouts_total'),
  counted('requests_shed', 'requests refused by a defence', 'requests_shed_total', FIRST_STEP),
  counted('cpu_tasks', 'CPU tasks computed', 'worker_run_seconds_count'),
  counted('downstream_retries', 'downstream calls retried', 'downstream_retries_total', FIRST_STEP),
  {
    name: 'connections_refused',
    title: 'connections that the database refused because too many were open',
    unit: 'count',
    adds: true,
    valueIn: (recording, _, from, to) =>
      growthFromNone(recording, 'db_errors_total', from, to, { code: '53300' }),
    // The counter first appears with its first error, which increase() would not see.
    prometheus: {
      query: (selection, range) => {
        const errors = `db_errors_total${ofNamespace(selection, 'code="53300"')}`;
        return `sum((${errors} unless ${errors} offset ${range}) or increase(${errors}[${range}])) or vector(0)`;
      },
    },
  },
  level('retained_bytes', 'memory retained by requests', 'retained_bytes', 'bytes'),
  eventLoopDelay('event_loop_typical_delay', 'event-loop delay (median)', 'p50'),
  turnCpu,
  eventLoopDelay('event_loop_delay', 'event-loop delay (p99)', 'p99'),
  longestWait,
];
