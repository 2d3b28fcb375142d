import { stripVTControlCharacters } from 'node:util';
import { Progress } from '../../lab/cli/progress';
import type { TelemetryEvent } from '../../lab/model/events';
import { eventsOf, type Second } from '../verdict/synthetic';

const METRICS = {
  container_cpu_usage_seconds_total: 0.4,
  kube_pod_container_resource_limits: 0.5,
  kube_pod_container_status_restarts_total: 3,
};
const SECONDS = Array.from({ length: 15 }, (): Second => ({
  ok: 40,
  failed: { outcome: 'timeout', count: 10 },
  latencyMs: 1950,
  metrics: METRICS,
}));

/** The status after each second, as a terminal of this width shows it; lines without a terminal. */
function statuses(columns: number | undefined, reportsAreOffBy: number[]): string[] {
  let text = '';
  const out = { isTTY: columns !== undefined, columns, write: (piece: string) => ((text += piece), true) };
  const { listen } = new Progress(
    { title: 'a run', plannedSeconds: 15 },
    out as unknown as NodeJS.WriteStream,
  );
  let report = 0;
  const events = eventsOf(SECONDS)
    .map((event) => {
      if (event.type !== 'load' && event.type !== 'requests') return event;
      const by = reportsAreOffBy[report % reportsAreOffBy.length]!;
      if (event.type === 'load') report++;
      return { ...event, t: event.t + by } as TelemetryEvent;
    })
    .sort((a, b) => a.t - b.t);
  events.forEach(listen);
  return text.split(columns === undefined ? '\n' : '\u001b[1G').map(stripVTControlCharacters);
}

const offered = (texts: string[]): Set<string | undefined> =>
  new Set(texts.flatMap((text) => /offered (\S+)/.exec(text)?.[1] ?? []).filter((value) => value !== '-'));

test.each([
  ['on time', [0]],
  ['some milliseconds late', [2, 1, 3]],
  ['some milliseconds early', [-2, -1, -3]],
  ['now early, now late', [-2, 2, -1, 3]],
])('a constant rate is shown as that rate, with reports of the load that are %s', (_, by) => {
  expect(offered(statuses(undefined, by))).toEqual(new Set(['50/s']));
  expect(offered(statuses(200, by))).toEqual(new Set(['50/s']));
});

test('before the first report of the load, nothing is said about requests', () => {
  let text = '';
  const out = { isTTY: true, columns: 200, write: (piece: string) => ((text += piece), true) };
  const { listen } = new Progress({ title: 'a run' }, out as unknown as NodeJS.WriteStream);
  listen({ type: 'phase', t: 0, name: 'load' });
  listen({ type: 'host', t: 500, cores: 2, busy: 0, steal: 0, labDelayMs: 0 });
  expect(text).toContain('offered -  good -  p95 -  errors -');
});

test.each([40, 60, 80, 100])(
  'at %i columns the status keeps every part, on as many lines as it needs',
  (columns) => {
    const shown = statuses(columns, [2]).filter((text) => text.includes('offered'));
    expect(shown.length).toBeGreaterThan(10);
    for (const text of shown) {
      for (const line of text.split('\n')) expect(line.length).toBeLessThan(columns);
      expect(text.split(/\s+/).join(' ')).toMatch(
        /offered \S.* good \S.* p95 \S.* errors \S.* CPU \S.* memory \S.* restarts [\d-]/,
      );
    }
  },
);

test('a status of several lines is replaced as a whole', () => {
  let text = '';
  const out = { isTTY: true, columns: 40, write: (piece: string) => ((text += piece), true) };
  const { listen } = new Progress({ title: 'a run' }, out as unknown as NodeJS.WriteStream);
  eventsOf(SECONDS).forEach(listen);
  expect(screenOf(text).filter((line) => line.includes('offered'))).toEqual([]);
  expect(screenOf(text).join('\n')).toContain('load is over');
});

test('what others write while a status of several lines is shown stays whole', () => {
  let text = '';
  const out = { isTTY: true, columns: 40, write: (piece: string) => ((text += piece), true) };
  const { listen } = new Progress({ title: 'a run' }, out as unknown as NodeJS.WriteStream);
  const events = eventsOf(SECONDS);
  const middle = events.findIndex(({ type, t }) => type === 'host' && t >= 8000) + 1;
  events.slice(0, middle).forEach(listen);
  expect(screenOf(text).at(-1)).toContain('restarts');
  const [first, second] = ['Interrupted: taking', 'the system down.'];
  out.write(`\n${first}\n${second}\n`);
  events.slice(middle).forEach(listen);
  const screen = screenOf(text);
  expect(screen.slice(screen.indexOf(first)).slice(0, 2)).toEqual([first, second]);
  expect(screen.filter((line) => line.includes('restarts'))).toEqual([]);
  expect(screen.join('\n')).toContain('load is over');
});

/** What a terminal shows in the end; it knows the four sequences that the status uses. */
function screenOf(text: string): string[] {
  const lines = [''];
  let [row, column] = [0, 0];
  const pieces = text.replaceAll('\u001b', '¤');
  for (const [piece, up] of pieces.matchAll(/¤\[(\d+)A|¤\[1G|¤\[0J|\n|[^¤\n]+/g)) {
    if (up !== undefined) row -= Number(up);
    else if (piece === '¤[1G') column = 0;
    else if (piece === '¤[0J') {
      lines.length = row + 1;
      lines[row] = lines[row]!.slice(0, column);
    } else if (piece === '\n') {
      row += 1;
      column = 0;
      lines[row] ??= '';
    } else {
      lines[row] = lines[row]!.slice(0, column) + piece;
      column += piece.length;
    }
  }
  return lines;
}
