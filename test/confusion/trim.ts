import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TelemetryEvent } from '../../lab/model/events';
import { readRecording } from '../../lab/recording/recorder';
import { Recording } from '../../lab/recording/recording';
import { SIGNALS } from '../../lab/verdict/signals';

/**
 * What services expose for a diagnosis. It is kept even while no signal reads it, because a recording outlives
 * the rules and cannot be made again.
 */
const EVIDENCE = [
  'http_request_stage_seconds_total',
  'http_request_stage_failures_total',
  'worker_threads_busy',
  'worker_threads_max',
  'downstream_active',
  'downstream_queued',
  'downstream_slots',
];

/** Copies a recording without log lines and without the metrics that no signal reads: a fixture to commit. */
export function trim(from: string, to: string): void {
  const events = readRecording(from);
  const wanted = metricsOf(events);
  const kept = new Set<number>();
  const lines = events.flatMap((event): TelemetryEvent[] => {
    if (event.type === 'log') return [];
    if (event.type === 'series') {
      if (!wanted.has(event.name)) return [];
      kept.add(event.id);
    }
    if (event.type !== 'scrape') return [event];
    return [{ ...event, values: event.values.filter(([id]) => kept.has(id)) }];
  });
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, lines.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

/** Names of the metrics that any signal reads, found by evaluating all signals. */
function metricsOf(events: TelemetryEvent[]): Set<string> {
  const recording = Recording.of(events);
  const asked = new Set(EVIDENCE);
  const find = recording.find.bind(recording);
  recording.find = (name, labels) => {
    asked.add(name);
    return find(name, labels);
  };
  const { loadFrom = 0, until } = recording;
  for (const { valueIn } of SIGNALS.values()) valueIn(recording, { app: 'backend' }, loadFrom, until);
  return asked;
}
