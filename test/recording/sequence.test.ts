import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TelemetryEvent } from '../../lab/model/events';
import { readRecording } from '../../lab/recording/recorder';
import { eventsOf } from '../verdict/synthetic';

const METRIC = 'container_cpu_usage_seconds_total';
const SECOND = { ok: 5, failed: { outcome: 'timeout', count: 1 } } as const;
const EVENTS = eventsOf([
  { ...SECOND, metrics: { [METRIC]: 1 }, pods: [{ reason: 'Started', app: 'backend' }] },
  { ...SECOND, metrics: { [METRIC]: 2 } },
  { ...SECOND, metrics: { [METRIC]: 3 } },
]);

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'sequence-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function read(events: object[]): TelemetryEvent[] {
  const file = join(folder, 'default.jsonl');
  writeFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return readRecording(file);
}

/** Position of the n-th event of a type, from 0. */
function at(type: TelemetryEvent['type'], nth = 0): number {
  return EVENTS.findIndex((event) => event.type === type && nth-- === 0);
}

function moved(from: number, to: number): TelemetryEvent[] {
  const events = [...EVENTS];
  events.splice(to, 0, ...events.splice(from, 1));
  return events;
}

const doubled = (index: number): TelemetryEvent[] =>
  EVENTS.flatMap((event, other) => (other === index ? [event, event] : [event]));

const changed = (index: number, change: object): object[] =>
  EVENTS.map((event, other) => (other === index ? { ...event, ...change } : event));

describe('a recording', () => {
  it('in the order in which it was written is read', () => {
    expect(read(EVENTS)).toEqual(EVENTS);
  });

  it.each([
    ['run', 'there is already a run event'],
    ['phase', 'the phase load has already begun'],
    ['series', 'series 0 is already defined'],
    ['scrape', 'there is already such an event with t 3000'],
    ['requests', 'there is already such an event with t 3000'],
    ['load', 'there is already such an event with t 3000'],
    ['host', 'there is already such an event with t 3000'],
    ['pod', 'there is already such an event with t 3000'],
    ['end', 'it follows the end event'],
  ] as const)('with a doubled %s line is refused by that line', (type, why) => {
    const line = at(type) + 2;
    expect(() => read(doubled(at(type)))).toThrow(
      `default.jsonl:${line} is out of order or there twice: the "${type}" event cannot be here, because ${why}.`,
    );
  });

  it.each(['scrape', 'host', 'requests', 'load'] as const)(
    'whose %s line of one second was moved behind that of the next is refused by line',
    (type) => {
      const [from, to] = [at(type), at(type, type === 'requests' ? 2 : 1)];
      expect(() => read(moved(from, to))).toThrow(`:${to + 1} is out of order or there twice: the "${type}"`);
    },
  );

  it.each([
    ['a second run behind the first', [...EVENTS, ...EVENTS], 'it follows the end event'],
    [
      'a series defined after its first value',
      moved(at('series'), at('scrape')),
      'already has values of series 0',
    ],
    [
      'load that ends before it begins',
      moved(at('phase', 1), 1),
      'its t is 2000, but a line before it has 5000',
    ],
    [
      'a prediction made under load',
      [...EVENTS.slice(0, 2), { type: 'prediction', t: 2000, cause: 'healthy' }, ...EVENTS.slice(2)],
      'it follows the beginning of the load',
    ],
    ['a load counter that falls', changed(at('load', 1), { scheduled: 1 }), 'scheduled falls from 6 to 1'],
    [
      'two values of one series at one time',
      changed(at('scrape', 1), { values: [[0, 2], [0, 900]] }),
      'it has two values of series 0',
    ], // prettier-ignore
    [
      'load reported long before the lab sees that time',
      moved(at('load', 2), at('load', 0)),
      'its t is 3000, but a line before it has 5000',
    ],
  ])('with %s is refused by line', (_, events, why) => {
    expect(() => read(events)).toThrow(why);
  });

  it('may report the load late, as long as the load itself is in order', () => {
    const isOfLoad = ({ type }: TelemetryEvent) => type === 'load' || type === 'requests';
    const [load, others] = [EVENTS.filter(isOfLoad), EVENTS.filter((event) => !isOfLoad(event))];
    const late = [...others.slice(0, -1), ...load, ...others.slice(-1)];
    expect(read(late)).toEqual(late);
  });

  it('may have log lines in any order and twice, and two reports of one failed probe', () => {
    const log = { type: 'log', source: 'backend-1', line: 'listening' };
    const probe = {
      type: 'pod',
      t: 2000,
      pod: 'backend-1',
      app: 'backend',
      reason: 'Unhealthy',
      message: 'x',
    };
    const logs = [{ ...log, t: 9000 }, { ...log, t: 1 }, { ...log, t: 1 }]; // prettier-ignore
    const events = [...EVENTS.slice(0, 2), ...logs, probe, probe, ...EVENTS.slice(2)];
    expect(read(events)).toEqual(events);
  });

  it('may lack the line of a series, whose values then do not count', () => {
    const events = EVENTS.filter(({ type }) => type !== 'series');
    expect(read(events)).toEqual(events);
  });
});
