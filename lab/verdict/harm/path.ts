import { growth } from '../signals/resources';
import { type Recording, within } from '../../recording/recording';
import { HALF_REPORT_MS } from '../signals';
import { type Harm, type Interval } from './harm';

/**
 * Where a request spends its time or fails: in a stage that the service measures (label `stage` of
 * http_request_stage_*), refused by a defence, refused by a circuit breaker, or `own` for everything else, such
 * as the wait for the event loop.
 */
export type Stage =
  | 'worker_queue'
  | 'worker_run'
  | 'socket_wait'
  | 'downstream'
  | 'connection_wait'
  | 'query'
  | 'defence'
  | 'breaker'
  | 'own';

/** The way of a route's requests through the system while they were harmed. */
export interface Path {
  /** Share of the clients' time that each stage took, 0..1. */
  time: ReadonlyMap<Stage, number>;
  /** Share of the failures in each stage, 0..1, with the most frequent reason. Empty if none failed in a stage. */
  failures: ReadonlyMap<Stage, { share: number; reason: string }>;
}

const SECONDS = 'http_request_stage_seconds_total';
const FAILURES = 'http_request_stage_failures_total';

/** @returns undefined if the service does not tell, or does not know a route of this name. */
export function pathOf({ route: name, times }: Harm, recording: Recording): Path | undefined {
  const route = name.replace(/\?.*/s, '');
  const knowsStages = recording.find(SECONDS).length > 0;
  const knowsRoute = recording.find('http_request_duration_seconds_count', { route }).length > 0;
  if (!knowsStages || !knowsRoute) return undefined;
  return { time: timeIn(route, name, times, recording), failures: failuresIn(route, times, recording) };
}

function timeIn(route: string, name: string, times: Interval[], recording: Recording): Path['time'] {
  const whole = sumOver(times, ({ from, to }) => clientSeconds(name, from, to, recording));
  const shares = new Map<Stage, number>();
  if (whole === 0) return shares.set('own', 1);
  for (const stage of labelsOf(SECONDS, route, 'stage', recording)) {
    const seconds = sumOver(
      times,
      ({ from, to }) => growth(recording, SECONDS, from, to, { route, stage }) ?? 0,
    );
    shares.set(stage as Stage, Math.min(seconds / whole, 1));
  }
  const staged = [...shares.values()].reduce((sum, share) => sum + share, 0);
  return shares.set('own', Math.max(1 - staged, 0));
}

function failuresIn(route: string, times: Interval[], recording: Recording): Path['failures'] {
  const found = recording.find(FAILURES, { route }).map(({ labels }) => {
    const { stage = '', reason = '' } = labels;
    const failed = sumOver(
      times,
      ({ from, to }) => growth(recording, FAILURES, from, to, { route, stage, reason }) ?? 0,
    );
    return {
      stage: (stage === 'defence' && reason === 'breaker' ? 'breaker' : stage) as Stage,
      reason,
      failed,
    };
  });
  const all = found.reduce((sum, { failed }) => sum + failed, 0);
  const failures = new Map<Stage, { share: number; reason: string }>();
  if (all === 0) return failures;
  for (const { stage, reason, failed } of found.sort((a, b) => b.failed - a.failed)) {
    if (failed === 0) continue;
    const before = failures.get(stage);
    failures.set(stage, { share: (before?.share ?? 0) + failed / all, reason: before?.reason ?? reason });
  }
  return failures;
}

function labelsOf(metric: string, route: string, label: string, recording: Recording): Set<string> {
  return new Set(recording.find(metric, { route }).map(({ labels }) => labels[label] ?? ''));
}

/** How long clients of a route waited in a window, all together. */
function clientSeconds(name: string, from: number, to: number, recording: Recording): number {
  const events = within(recording.requests, from + HALF_REPORT_MS, to + HALF_REPORT_MS);
  return events
    .filter((event) => event.name === name)
    .flatMap((event) => recording.durationsOf(event, 'duration'))
    .reduce((sum, [micros, count]) => sum + (micros * count) / 1e6, 0);
}

function sumOver(times: Interval[], value: (time: Interval) => number): number {
  return times.reduce((sum, time) => sum + value(time), 0);
}
