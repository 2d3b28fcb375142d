import { containers, gauge, growth, most } from './resources';
import type { Signal } from './signal';

/** Mean of a gauge that the service exposes, e.g. requests waiting for a connection. */
function waiting(name: string, title: string, metric: string): Signal {
  return { name, title, unit: 'count', over: (recording, _, from, to) => gauge(recording, metric, from, to) };
}

/** Mean use of something bounded, as a share of its bound. */
function usedShare(name: string, title: string, used: string, bound: string): Signal {
  return {
    name,
    title,
    unit: 'share',
    over(recording, _, from, to) {
      const most = gauge(recording, bound, from, to);
      const value = gauge(recording, used, from, to);
      return most && value !== undefined ? value / most : undefined;
    },
  };
}

/** Mean of what a Prometheus histogram observed. */
function meanOf(name: string, title: string, histogram: string): Signal {
  return {
    name,
    title,
    unit: 'ms',
    over(recording, _, from, to) {
      const count = growth(recording, `${histogram}_count`, from, to);
      const sum = growth(recording, `${histogram}_sum`, from, to);
      return count && sum !== undefined ? (1000 * sum) / count : undefined;
    },
  };
}

function counted(name: string, title: string, metric: string): Signal {
  return {
    name,
    title,
    unit: 'count',
    over: (recording, _, from, to) => growth(recording, metric, from, to),
  };
}

const poolUsed: Signal = {
  name: 'pool_used_share',
  title: 'share of the database pool in use',
  unit: 'share',
  over(recording, _, from, to) {
    const size = gauge(recording, 'db_pool_max', from, to);
    const total = gauge(recording, 'db_pool_total', from, to);
    const idle = gauge(recording, 'db_pool_idle', from, to);
    return size && total !== undefined && idle !== undefined ? (total - idle) / size : undefined;
  },
};

export const serviceSignals: Signal[] = [
  waiting('worker_queue', 'CPU tasks waiting for a worker', 'worker_queue_size'),
  waiting('sockets_waiting', 'downstream calls waiting for a socket', 'downstream_sockets_waiting'),
  usedShare(
    'sockets_used_share',
    'share of the downstream sockets in use',
    'downstream_sockets_used',
    'downstream_sockets_max',
  ),
  meanOf('downstream_latency', 'mean time the downstream takes for a call', 'downstream_service_seconds'),
  poolUsed,
  waiting('pool_waiting', 'queries waiting for a database connection', 'db_pool_waiting'),
  counted('acquire_timeouts', 'waits for a database connection that timed out', 'db_acquire_timeouts_total'),
  {
    name: 'connections_refused',
    title: 'connections that the database refused because it had too many',
    unit: 'count',
    over: (recording, _, from, to) => growth(recording, 'db_errors_total', from, to, { code: '53300' }) ?? 0,
  },
  waiting('retained_bytes', 'memory retained by requests', 'retained_bytes'),
  {
    name: 'event_loop_delay',
    title: 'event-loop delay (p99)',
    unit: 'ms',
    over(recording, { app }, from, to) {
      const delay = most(containers(recording, 'nodejs_eventloop_lag_p99_seconds', app), from, to);
      return delay === undefined ? undefined : delay * 1000;
    },
  },
];
