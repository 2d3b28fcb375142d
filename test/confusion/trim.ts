import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TelemetryEvent } from '../../lab/model/events';
import { readRecording } from '../../lab/recording/recorder';
import { Recording } from '../../lab/recording/recording';
import { SIGNALS } from '../../lab/verdict/signals';

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
