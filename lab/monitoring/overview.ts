import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { signal } from '../verdict/signals';
import { board, graph, type PanelCurve, type Section } from './panels';
import { queryOf, RATE_RANGE } from './query';

const NAMESPACE = '$namespace';

const APPS = ['backend', 'downstream', 'postgres'];
const NODE_APPS = ['backend', 'downstream'];

/** Curves of several signals, or of one signal for several apps. */
type PanelRow = [title: string, signals: string[], apps?: string[]];

const SECTIONS: [title: string, rows: PanelRow[]][] = [
  [
    'Requests, as the backend sees them',
    [
      ['Latency', ['latency_p50', 'latency_p95', 'latency_p99']],
      ['Goodput', ['request_rate', 'goodput']],
      ['Failures', ['error_share']],
      ['Failures by kind', ['failed_rate_http_4xx', 'failed_rate_http_5xx', 'failed_rate_timeout']],
    ],
  ],
  [
    'CPU and memory',
    [
      ['CPU against its limit', ['cpu_limit_share'], APPS],
      ['Throttling', ['cpu_throttled_share'], APPS],
      ['Memory against its limit', ['memory_limit_share'], APPS],
      ['Event-loop delay', ['event_loop_delay'], NODE_APPS],
    ],
  ],
  [
    'Pods',
    [
      ['Available pods', ['available_replicas'], NODE_APPS],
      ['Restarts', ['restarts'], APPS],
      ['OOM kills', ['oom_kills', 'oom_counter']],
    ],
  ],
  [
    'What requests queue for',
    [
      ['Worker threads', ['worker_queue']],
      ['Database connections in use', ['pool_used_share']],
      ['Queries waiting for a connection', ['pool_waiting']],
      ['Failed waits for a connection', ['acquire_timeouts', 'connections_refused']],
      ['Downstream sockets in use', ['sockets_used_share']],
      ['Calls waiting for a socket', ['sockets_waiting']],
      ['The downstream', ['downstream_latency'], ['downstream']],
    ],
  ],
];

/** Every signal in which a failure shows, on one page. */
export function overview(): Dashboard {
  const sections = SECTIONS.map(
    ([title, rows]): Section => ({ title, panels: rows.map((row) => graph(graphOf(row))) }),
  );
  return board(
    'lab-overview',
    'Backend Under Load: overview',
    'Requests, resources, pods and queues of the lab. Rates look back over four scrapes.',
    sections,
  );
}

function graphOf([title, names, apps = ['backend']]: PanelRow) {
  const curves = names.flatMap((name) =>
    apps.map((app): PanelCurve => {
      const query = queryOf(name, { namespace: NAMESPACE, app }, RATE_RANGE);
      if (query === undefined) throw new Error(`the overview shows ${name}, which Prometheus cannot measure`);
      return { label: apps.length > 1 ? app : signal(name).title, query };
    }),
  );
  return { title, description: descriptionOf(names), unit: signal(names[0]!).unit, curves };
}

function descriptionOf(names: string[]): string {
  return names
    .map((name) => {
      const { title, prometheus } = signal(name);
      const differs = 'differs' in prometheus && prometheus.differs ? `: ${prometheus.differs}` : '';
      return `- ${title}${differs}`;
    })
    .join('\n');
}
