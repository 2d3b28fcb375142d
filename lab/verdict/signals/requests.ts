import type { LoadEvent, RequestOutcome, RequestsEvent } from '../../model/events';
import { lastUntil, type Recording, within } from '../../recording/recording';
import { byStatus, failedShare, HARMFUL, harmed, quantile, served, servedShare, servedWell } from './served';
import type { Signal, Subject } from './signal';

/** A connection that was refused or reset says nothing about how long an answer takes. */
const WITHOUT_ANSWER: RequestOutcome[] = ['reset', 'refused'];

/**
 * The load generator reports once a second, a few milliseconds before or after the whole second. A report
 * counts in the window that holds its middle, so every second has exactly one.
 */
export const HALF_REPORT_MS = 500;

/** Counts what the schedule offers, whether or not a virtual user was free to send it. */
const offeredRate: Signal = {
  name: 'offered_rate',
  title: 'scheduled iterations',
  unit: '1/s',
  valueIn: (recording, subject, from, to) =>
    loadRate(recording, subject, from, to, (event) => event.scheduled),
  prometheus: { unknown: 'only the load generator knows its schedule' },
};

const droppedRate: Signal = {
  name: 'dropped_rate',
  title: 'iterations dropped because no virtual user was free',
  unit: '1/s',
  valueIn: (recording, subject, from, to) => loadRate(recording, subject, from, to, (event) => event.dropped),
  prometheus: { unknown: 'only the load generator knows what it could not send' },
};

const requestRate: Signal = {
  name: 'request_rate',
  title: 'completed requests',
  unit: '1/s',
  valueIn: (recording, subject, from, to) => rateOf(recording, ended(recording, subject, from, to), from, to),
  prometheus: served,
};

const goodput: Signal = {
  name: 'goodput',
  title: 'successful requests',
  unit: '1/s',
  valueIn: (recording, subject, from, to) =>
    rateOf(recording, ended(recording, subject, from, to).filter(isOk), from, to),
  prometheus: servedWell,
};

/** The whole is what the schedule offered, so dropped and unanswered requests count against it. */
const goodputShare: Signal = {
  name: 'goodput_share',
  title: 'share of the offered load answered successfully',
  unit: 'share',
  valueIn(recording, subject, from, to) {
    const offered = offeredRate.valueIn(recording, subject, from, to);
    const good = goodput.valueIn(recording, subject, from, to);
    return offered && good !== undefined ? good / offered : undefined;
  },
  prometheus: servedShare,
};

const errorShare: Signal = {
  name: 'error_share',
  title: 'share of failed requests',
  unit: 'share',
  valueIn(recording, subject, from, to) {
    const events = ended(recording, subject, from, to);
    return share(count(events.filter((event) => !isOk(event))), count(events));
  },
  prometheus: failedShare,
};

/** Counts the failures without any response: connections reset or refused. */
const abruptShare: Signal = {
  name: 'abrupt_share',
  title: 'share of failures that were connection resets or refusals',
  unit: 'share',
  valueIn(recording, subject, from, to) {
    const failed = ended(recording, subject, from, to).filter((event) => !isOk(event));
    return share(count(failed.filter((event) => WITHOUT_ANSWER.includes(event.outcome))), count(failed));
  },
  prometheus: { unknown: 'a service that was killed or never reached counts nothing' },
};

const latency = (percentile: number): Signal => ({
  name: `latency_p${percentile}`,
  title: `p${percentile} latency`,
  unit: 'ms',
  valueIn: (recording, subject, from, to) =>
    percentileOf(percentile, 'duration', recording, subject, from, to),
  prometheus: quantile(percentile / 100),
});

/** Includes the wait for a free virtual user, so a generator that cannot keep up hides no latency. */
const latencyFromSchedule = (percentile: number): Signal => ({
  name: `schedule_latency_p${percentile}`,
  title: `p${percentile} latency from the scheduled start`,
  unit: 'ms',
  valueIn: (recording, subject, from, to) =>
    percentileOf(percentile, 'fromSchedule', recording, subject, from, to),
  prometheus: { unknown: 'only the load generator knows when a request was due' },
});

const NEVER_ANSWERED = { unknown: 'the service does not count a request that it never answered' };

const OUTCOMES: Record<Exclude<RequestOutcome, 'ok'>, [title: string, prometheus: Signal['prometheus']]> = {
  http_4xx: ['responses with status 4xx', byStatus('4..', '499')],
  http_5xx: ['responses with status 5xx', byStatus('5..')],
  timeout: ['requests that timed out', byStatus('499')],
  reset: ['connections reset', NEVER_ANSWERED],
  refused: ['connections refused', NEVER_ANSWERED],
  other: ['requests that failed in another way', NEVER_ANSWERED],
};

const failedRates = Object.entries(OUTCOMES).map(([outcome, [title, prometheus]]): Signal => ({
  name: `failed_rate_${outcome}`,
  title,
  unit: '1/s',
  valueIn(recording, subject, from, to) {
    const failed = ended(recording, subject, from, to).filter((event) => event.outcome === outcome);
    return rateOf(recording, failed, from, to);
  },
  prometheus,
}));

const medianLatency = latency(50);

const harm: Signal = {
  name: 'harm',
  title: 'harm to requests (1 if over 5 % failed or the median took over a second)',
  unit: 'count',
  valueIn(recording, subject, from, to) {
    const errors = errorShare.valueIn(recording, subject, from, to);
    const median = medianLatency.valueIn(recording, subject, from, to);
    if (errors === undefined && median === undefined) return undefined;
    return (errors ?? 0) > HARMFUL.errorShare || (median ?? 0) > HARMFUL.medianMs ? 1 : 0;
  },
  prometheus: harmed,
};

/** With fewer requests than this, a failure may be bad luck. */
const FEWEST = 5;

/** A quick majority must not hide a route that fails. */
const harmedRoutes: Signal = {
  name: 'harmed_routes',
  title: 'kinds of requests harmed (over 5 % failed or the median took over a second)',
  unit: 'count',
  valueIn(recording, subject, from, to) {
    const names = new Set(ended(recording, subject, from, to).map(({ name }) => name));
    if (names.size === 0) return undefined;
    const enough = [...names].filter(
      (name) => count(ended(recording, { ...subject, name }, from, to)) >= FEWEST,
    );
    return enough.filter((name) => harm.valueIn(recording, { ...subject, name }, from, to)).length;
  },
  prometheus: { ...harmed, differs: 'over all requests, so a quick majority may hide a few slow ones' },
};

/** Counts completed requests. A script that never retries always has the same number, usually one. */
const requestsPerIteration: Signal = {
  name: 'requests_per_iteration',
  title: 'requests per iteration',
  unit: 'count',
  valueIn(recording, subject, from, to) {
    const completed = loadRate(recording, subject, from, to, (event) => event.completed);
    const ended = requestRate.valueIn(recording, subject, from, to);
    return completed && ended !== undefined ? ended / completed : undefined;
  },
  prometheus: { unknown: 'only the load generator knows which requests are retries' },
};

/** Counts successful requests only. A retry ends with the first success, so retries do not raise it. */
const successesPerIteration: Signal = {
  name: 'successes_per_iteration',
  title: 'successful requests per iteration',
  unit: 'count',
  valueIn(recording, subject, from, to) {
    const completed = loadRate(recording, subject, from, to, (event) => event.completed);
    const good = goodput.valueIn(recording, subject, from, to);
    return completed && good !== undefined ? good / completed : undefined;
  },
  prometheus: { unknown: 'only the load generator knows which requests belong to an iteration' },
};

export const requestSignals: Signal[] = [
  harm,
  harmedRoutes,
  requestsPerIteration,
  successesPerIteration,
  offeredRate,
  droppedRate,
  requestRate,
  goodput,
  goodputShare,
  errorShare,
  abruptShare,
  medianLatency,
  ...[10, 95, 99].map(latency),
  ...[50, 95, 99].map(latencyFromSchedule),
  ...failedRates,
];

function percentileOf(
  percentile: number,
  since: 'duration' | 'fromSchedule',
  recording: Recording,
  subject: Subject,
  from: number,
  to: number,
): number | undefined {
  const answered = ended(recording, subject, from, to).filter(
    (event) => !WITHOUT_ANSWER.includes(event.outcome),
  );
  if (answered.length === 0) return undefined;
  return recording.merged(answered, since).getValueAtPercentile(percentile) / 1000;
}

function ended(recording: Recording, subject: Subject, from: number, to: number): RequestsEvent[] {
  return within(recording.requests, from + HALF_REPORT_MS, to + HALF_REPORT_MS).filter((event) =>
    concerns(event, subject),
  );
}

function concerns(event: { scenario: string; name?: string }, { scenario, name }: Subject): boolean {
  return (
    (scenario === undefined || event.scenario === scenario) && (name === undefined || event.name === name)
  );
}

const isOk = (event: RequestsEvent): boolean => event.outcome === 'ok';
const count = (events: RequestsEvent[]): number => events.reduce((sum, event) => sum + event.count, 0);
const share = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined);
const seconds = (from: number, to: number): number => (to - from) / 1000;

/** None is a rate of zero, unless the load generator reported nothing at all. */
function rateOf(recording: Recording, events: RequestsEvent[], from: number, to: number): number | undefined {
  return recording.hasReported(to) ? count(events) / seconds(from, to) : undefined;
}

/** Growth per second of a counter that the load generator keeps for each scenario. */
function loadRate(
  recording: Recording,
  { scenario }: Subject,
  from: number,
  to: number,
  counter: (event: LoadEvent) => number,
): number | undefined {
  const all = [...recording.loadByScenario]
    .filter(
      ([name, events]) =>
        (scenario === undefined || name === scenario) && lastUntil(events, to + HALF_REPORT_MS),
    )
    .map(([, events]) => counted(events, to, counter) - counted(events, from, counter));
  return all.length > 0 ? all.reduce((sum, grown) => sum + grown, 0) / seconds(from, to) : undefined;
}

function counted(events: LoadEvent[], t: number, counter: (event: LoadEvent) => number): number {
  const last = lastUntil(events, t + HALF_REPORT_MS);
  return last ? counter(last) : 0;
}
