import type { Recording } from '../recording/recording';
import { format } from '../verdict/format';
import { signal, type Subject } from '../verdict/signals';
import { OF_LAB, OF_REQUESTS, OF_SYSTEM, type ShownSignal } from '../verdict/signals/shown';
import { reportWidth } from './layout';

const MOST_WINDOWS = 8;
/** Fewer would not show what came first. */
const LEAST_WINDOWS = 3;
const LABEL_WIDTH = 36;
const COLUMN_WIDTH = 9;

/** Shows a run by its signals alone. Nothing names the experiment, its routes or its claims. */
export function signalTable(recording: Recording, width = reportWidth()): string {
  const { loadFrom, until } = recording;
  if (loadFrom === undefined || until <= loadFrom) return 'The load never began.';
  const windows = windowsOf(loadFrom, until, width);
  const seconds = windows.map(([, to]) => `${Math.round((to - loadFrom) / 1000)} s`);
  const rows = (signals: ShownSignal[], requests?: { scenario: string }): string[] =>
    signals.flatMap(({ mystery, signal: name, app = 'backend' }) => {
      if (mystery === undefined) return [];
      return lines(`  ${mystery}`, valuesOf(recording, name, { app, ...requests }, windows), width);
    });
  const scenarios = [...new Set(recording.requests.map(({ scenario }) => scenario))];
  return [
    ...lines('until', seconds, width),
    ...scenarios.flatMap((scenario, index) => [
      '',
      `Requests${scenarios.length > 1 ? ` of kind ${String.fromCharCode(65 + index)}` : ''}`,
      ...rows(OF_REQUESTS, { scenario }),
    ]),
    '',
    'The system',
    ...rows(OF_SYSTEM),
    '',
    'The lab and its machine',
    ...rows(OF_LAB),
  ].join('\n');
}

/** As many equal parts of the load as a line has room for. */
function windowsOf(from: number, to: number, width: number): [number, number][] {
  const fitting = Math.floor((width - LABEL_WIDTH) / COLUMN_WIDTH);
  const count = Math.min(MOST_WINDOWS, Math.max(LEAST_WINDOWS, fitting));
  const step = (to - from) / count;
  return Array.from({ length: count }, (_, i) => [from + i * step, from + (i + 1) * step]);
}

function valuesOf(
  recording: Recording,
  name: string,
  subject: Subject,
  windows: [number, number][],
): string[] {
  const { unit, valueIn } = signal(name);
  return windows.map(([from, to]) => {
    const value = valueIn(recording, subject, from, to);
    return value === undefined ? '-' : format(value, unit);
  });
}

/** A label with its cells; on a narrow terminal, the cells are below it. */
function lines(label: string, cells: string[], width: number): string[] {
  const values = cells.map((cell) => cell.padStart(COLUMN_WIDTH)).join('');
  const one = label.padEnd(LABEL_WIDTH) + values;
  return one.length <= width ? [one] : [label, values];
}
