import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { TelemetryEvent } from '../../lab/model/events';
import { readRecording } from '../../lab/recording/recorder';
import { Recording } from '../../lab/recording/recording';
import { SIGNALS } from '../../lab/verdict/signals';

/**
 * What is kept of all apps even while no signal reads it, because a recording outlives the rules and cannot be made
 * again.
 */
const EVIDENCE = new RegExp(
  `^(${[
    'http_request_stage_',
    'http_requests_in_flight',
    'http_request_duration_seconds_(count|sum)$',
    'worker_',
    'db_',
    'downstream_',
    'kube_',
    'container_',
    'nodejs_eventloop_lag_',
    'process_start_time',
  ].join('|')})`,
);

/** The distribution within a histogram is large, and its count and sum are kept. */
const BUCKET = /_bucket$/;

/**
 * Copies a recording without log lines and without the metrics that nobody needs: a fixture to commit. Packs it when
 * the name says so; the same events give the same bytes.
 */
export function trim(from: string, to: string): void {
  const events = readRecording(from);
  const wanted = metricsOf(events);
  const isKept = (name: string): boolean => wanted.has(name) || (EVIDENCE.test(name) && !BUCKET.test(name));
  const kept = new Set<number>();
  const lines = events.flatMap((event): TelemetryEvent[] => {
    if (event.type === 'log') return [];
    if (event.type === 'series') {
      if (!isKept(event.name)) return [];
      kept.add(event.id);
    }
    if (event.type !== 'scrape') return [event];
    const values = event.values.filter(([id]) => kept.has(id));
    return [{ ...event, values: values.map(([id, value]) => [id, rounded(value)]) }];
  });
  const text = lines.map((event) => `${JSON.stringify(event)}\n`).join('');
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, to.endsWith('.gz') ? gzipSync(text, { level: 9 }) : text);
}

/** To millionths: a microsecond of a sum of seconds. Its other digits are noise, and take a tenth of the space. */
function rounded(value: number): number {
  return Number(value.toFixed(6));
}

/** Names of the metrics that any signal reads, found by evaluating all signals. */
function metricsOf(events: TelemetryEvent[]): Set<string> {
  const recording = Recording.of(events);
  const asked = new Set<string>();
  const find = recording.find.bind(recording);
  recording.find = (name, labels) => {
    asked.add(name);
    return find(name, labels);
  };
  const { loadFrom = 0, until } = recording;
  for (const { valueIn } of SIGNALS.values()) valueIn(recording, { app: 'backend' }, loadFrom, until);
  return asked;
}
