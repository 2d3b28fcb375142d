import type { Recording } from '../recording/recording';
import { format } from '../verdict/format';
import { signal, type Subject } from '../verdict/signals';

const COLUMNS = 8;
const LABEL_WIDTH = 34;
const COLUMN_WIDTH = 9;

/** The rows for each kind of requests. */
const OF_REQUESTS: [label: string, signal: string][] = [
  ['offered', 'offered_rate'],
  ['successful', 'goodput'],
  ['p50 latency', 'latency_p50'],
  ['p95 latency', 'latency_p95'],
  ['failed', 'error_share'],
];

const OF_SYSTEM: [label: string, signal: string, app?: string][] = [
  ['CPU use, of the limit', 'cpu_limit_share'],
  ['CPU periods throttled', 'cpu_throttled_share'],
  ['memory use, of the limit', 'memory_limit_share'],
  ['OOM kills', 'oom_kills'],
  ['CPU tasks waiting', 'worker_queue'],
  ['downstream sockets in use', 'sockets_used_share'],
  ['calls waiting for a socket', 'sockets_waiting'],
  ['database pool in use', 'pool_used_share'],
  ['queries waiting for a connection', 'pool_waiting'],
  ['connections refused', 'connections_refused'],
  ['database CPU use, of the limit', 'cpu_limit_share', 'postgres'],
];

/** Shows a run by its signals alone. Nothing names the experiment, its routes or its claims. */
export function signalTable(recording: Recording): string {
  const { loadFrom, until } = recording;
  if (loadFrom === undefined || until <= loadFrom) return 'The load never began.';
  const step = (until - loadFrom) / COLUMNS;
  const windows = Array.from({ length: COLUMNS }, (_, i): [number, number] => [
    loadFrom + i * step,
    loadFrom + (i + 1) * step,
  ]);
  const row = (label: string, name: string, subject: Subject): string => {
    const { unit, over } = signal(name);
    const cells = windows.map(([from, to]) => {
      const value = over(recording, subject, from, to);
      return (value === undefined ? '-' : format(value, unit)).padStart(COLUMN_WIDTH);
    });
    return label.padEnd(LABEL_WIDTH) + cells.join('');
  };
  const seconds = windows.map(([, to]) => `${Math.round((to - loadFrom) / 1000)} s`.padStart(COLUMN_WIDTH));
  const scenarios = [...new Set(recording.requests.map(({ scenario }) => scenario))];
  return [
    'until'.padEnd(LABEL_WIDTH) + seconds.join(''),
    ...scenarios.flatMap((scenario, index) => [
      `\nRequests${scenarios.length > 1 ? ` of kind ${String.fromCharCode(65 + index)}` : ''}`,
      ...OF_REQUESTS.map(([label, name]) => row(`  ${label}`, name, { app: 'backend', scenario })),
    ]),
    '\nThe system',
    ...OF_SYSTEM.map(([label, name, app = 'backend']) => row(`  ${label}`, name, { app })),
  ].join('\n');
}
