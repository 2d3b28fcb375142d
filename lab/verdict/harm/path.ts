import { growth } from '../signals/resources';
import { type Recording, type SeriesLabels, within } from '../../recording/recording';
import { HALF_REPORT_MS } from '../signals';
import { routeOf } from '../signals/signal';
import { type Harm, type Interval } from './harm';

/**
 * Where a request spends its time or fails: in a stage that the service measures (label `stage` of
 * http_request_stage_*), refused by one of its defences, or `own` for everything else, such as the wait for the
 * event loop.
 */
export type Stage =
  | 'worker_queue'
  | 'worker_run'
  | 'socket_wait'
  | 'downstream'
  | 'connection_wait'
  | 'query'
  | Defence
  | 'own';

type Defence = 'admission' | 'bulkhead' | 'breaker';

/** The way of a route's requests through the system while they were harmed. */
export interface Path {
  /** Share of the clients' time that each stage took, 0..1; undefined if the service does not tell. */
  time?: ReadonlyMap<Stage, number>;
  /** Share of the failures in each stage, 0..1, with the most frequent reason; undefined if it does not tell. */
  failures?: ReadonlyMap<Stage, Failed>;
}

interface Failed {
  share: number;
  reason: string;
}

const SECONDS = 'http_request_stage_seconds_total';
const FAILURES = 'http_request_stage_failures_total';
const SHED = 'requests_shed_total';

/** What the service tells about the way of harmed requests. It tells nothing of routes that it does not know. */
export function pathOf(harm: Harm, recording: Recording): Path {
  const { route: name, times } = harm;
  const route = routeOf(name);
  const isKnown =
    recording.find(SECONDS).length > 0 &&
    recording.find('http_request_duration_seconds_count', { route }).length > 0;
  const failures = failuresIn(route, harm, recording);
  return {
    ...(isKnown && { time: timeIn(route, times, recording) }),
    ...((isKnown || failures.size > 0) && { failures }),
  };
}

function timeIn(route: string, times: Interval[], recording: Recording): ReadonlyMap<Stage, number> {
  const whole = sumOver(times, ({ from, to }) => clientSeconds(route, from, to, recording));
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

/** Of the requests that failed as the harm says. A request with several failed operations counts once at most. */
function failuresIn(
  route: string,
  { times, requests }: Harm,
  recording: Recording,
): ReadonlyMap<Stage, Failed> {
  const grown = (metric: string, labels: SeriesLabels): number =>
    sumOver(times, ({ from, to }) => growth(recording, metric, from, to, labels) ?? 0);
  const failed = [
    ...[...labelsOf(FAILURES, route, 'stage', recording)]
      .filter((stage) => stage !== 'defence')
      .flatMap((stage) =>
        [...labelsOf(FAILURES, route, 'reason', recording)].map((reason) => ({
          stage: stage as Stage,
          reason,
          count: grown(FAILURES, { route, stage, reason }),
        })),
      ),
    ...[...labelsOf(SHED, route, 'reason', recording)].map((reason) => ({
      stage: reason as Stage,
      reason: 'refused',
      count: grown(SHED, { route, reason }),
    })),
  ].filter(({ count }) => count > 0);
  const all = Math.max(
    requests,
    failed.reduce((sum, { count }) => sum + count, 0),
  );
  const failures = new Map<Stage, Failed>();
  for (const { stage, reason, count } of failed.sort((a, b) => b.count - a.count)) {
    const before = failures.get(stage);
    failures.set(stage, { share: (before?.share ?? 0) + count / all, reason: before?.reason ?? reason });
  }
  return failures;
}

function labelsOf(metric: string, route: string, label: string, recording: Recording): Set<string> {
  return new Set(recording.find(metric, { route }).map(({ labels }) => labels[label] ?? ''));
}

/** How long clients of a route waited in a window, all together. */
function clientSeconds(route: string, from: number, to: number, recording: Recording): number {
  const events = within(recording.requests, from + HALF_REPORT_MS, to + HALF_REPORT_MS);
  return events
    .filter(({ name }) => routeOf(name) === route)
    .flatMap((event) => recording.durationsOf(event, 'duration'))
    .reduce((sum, [micros, count]) => sum + (micros * count) / 1e6, 0);
}

function sumOver(times: Interval[], value: (time: Interval) => number): number {
  return times.reduce((sum, time) => sum + value(time), 0);
}
