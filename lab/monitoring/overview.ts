import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { signal } from '../verdict/signals';
import { OF_REQUESTS, OF_SYSTEM, type Panel } from '../verdict/signals/shown';
import { board, graph, type PanelCurve, type Section } from './panels';
import { queryOf, RATE_RANGE } from './query';

const NAMESPACE = '$namespace';

const APPS = ['backend', 'downstream', 'postgres'];
const NODE_APPS = ['backend', 'downstream'];

/** Panels by section. A panel of one signal may show several apps. */
const SECTIONS: [title: string, panels: [title: Panel, apps?: string[]][]][] = [
  ['Requests, as the backend sees them', [['Latency'], ['Goodput'], ['Failures'], ['Failures by kind']]],
  [
    'CPU and memory',
    [
      ['CPU against its limit', APPS],
      ['Throttling', APPS],
      ['Memory against its limit', APPS],
      ['Event-loop delay', NODE_APPS],
    ],
  ],
  ['Pods', [['Available pods', NODE_APPS], ['Restarts', APPS], ['OOM kills']]],
  [
    'What requests queue for',
    [
      ['Worker threads'],
      ['Database connections in use'],
      ['Queries waiting for a connection'],
      ['Failed waits for a connection'],
      ['Downstream sockets in use'],
      ['Calls waiting for a socket'],
      ['The downstream', ['downstream']],
    ],
  ],
];

/** Every signal in which a failure shows, on one page. */
export function overview(): Dashboard {
  const sections = SECTIONS.map(
    ([title, panels]): Section => ({ title, panels: panels.map((panel) => graph(graphOf(...panel))) }),
  );
  return board(
    'lab-overview',
    'Backend Under Load: overview',
    'Requests, resources, pods and queues of the lab. Rates look back over four scrapes.',
    sections,
  );
}

function graphOf(title: Panel, apps = ['backend']) {
  const names = [...OF_REQUESTS, ...OF_SYSTEM]
    .filter(({ panel }) => panel === title)
    .map((shown) => shown.signal);
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
