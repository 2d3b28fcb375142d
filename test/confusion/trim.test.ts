import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TelemetryEvent } from '../../lab/model/events';
import { readRecording } from '../../lab/recording/recorder';
import { eventsOf } from '../verdict/synthetic';
import { trim } from './trim';

const folder = mkdtempSync(join(tmpdir(), 'lab-trim-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const METRICS = {
  http_request_stage_seconds_total: 1,
  http_request_stage_failures_total: 2,
  worker_threads_busy: 1,
  worker_queue_size: 5,
  db_acquire_seconds_bucket: 3,
  nodejs_heap_size_total_bytes: 4,
};

function trimmed(name: string): TelemetryEvent[] {
  const whole = join(folder, 'whole.jsonl');
  const events: TelemetryEvent[] = [
    ...eventsOf([{ ok: 1, metrics: METRICS }, { ok: 1 }]),
    { type: 'log', t: 9000, source: 'load', line: 'hello' },
  ];
  events.push(...events.splice(-2, 1)); // the end comes last
  writeFileSync(whole, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  trim(whole, join(folder, name));
  return readRecording(join(folder, name));
}

test('a trimmed recording keeps what signals read and evidence that none reads, and neither logs nor other metrics', () => {
  const events = trimmed('a.jsonl');
  const names = events.flatMap((event) => (event.type === 'series' ? [event.name] : []));
  expect(names.sort()).toEqual([
    'http_request_stage_failures_total',
    'http_request_stage_seconds_total',
    'worker_queue_size',
    'worker_threads_busy',
  ]);
  const values = events.flatMap((event) => (event.type === 'scrape' ? event.values : []));
  expect(values).toHaveLength(4);
  expect(events.filter(({ type }) => type === 'log')).toEqual([]);
});

test('a packed recording holds the same events, and packing it again gives the same bytes', () => {
  expect(trimmed('b.jsonl.gz')).toEqual(trimmed('b.jsonl'));
  trimmed('c.jsonl.gz');
  expect(readFileSync(join(folder, 'c.jsonl.gz'))).toEqual(readFileSync(join(folder, 'b.jsonl.gz')));
});
