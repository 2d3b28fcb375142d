import type { Recording } from '../recording/recording';
import { format } from '../verdict/format';
import { signal, type Subject } from '../verdict/signals';
import { OF_REQUESTS, OF_SYSTEM, type ShownSignal } from '../verdict/signals/shown';

const COLUMNS = 8;
const LABEL_WIDTH = 34;
const COLUMN_WIDTH = 9;

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
    const { unit, valueIn } = signal(name);
    const cells = windows.map(([from, to]) => {
      const value = valueIn(recording, subject, from, to);
      return (value === undefined ? '-' : format(value, unit)).padStart(COLUMN_WIDTH);
    });
    return label.padEnd(LABEL_WIDTH) + cells.join('');
  };
  const rows = (signals: ShownSignal[], requests?: { scenario: string }): string[] =>
    signals
      .filter(({ mystery }) => mystery !== undefined)
      .map(({ mystery, signal: name, app = 'backend' }) => row(`  ${mystery}`, name, { app, ...requests }));
  const seconds = windows.map(([, to]) => `${Math.round((to - loadFrom) / 1000)} s`.padStart(COLUMN_WIDTH));
  const scenarios = [...new Set(recording.requests.map(({ scenario }) => scenario))];
  return [
    'until'.padEnd(LABEL_WIDTH) + seconds.join(''),
    ...scenarios.flatMap((scenario, index) => [
      `\nRequests${scenarios.length > 1 ? ` of kind ${String.fromCharCode(65 + index)}` : ''}`,
      ...rows(OF_REQUESTS, { scenario }),
    ]),
    '\nThe system',
    ...rows(OF_SYSTEM),
  ].join('\n');
}
