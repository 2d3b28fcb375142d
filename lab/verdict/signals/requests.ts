import type { LoadEvent, Outcome, RequestsEvent } from '../../telemetry/events';
import type { Recording } from '../../telemetry/recording';
import type { Signal, Subject } from './signal';

/** A connection that was refused or reset says nothing about how long an answer takes. */
const WITHOUT_ANSWER: Outcome[] = ['reset', 'refused'];

/** Offered by the schedule, whether or not a VU was free to send it. */
const offeredRate: Signal = {
  name: 'offered_rate',
  title: 'iterations that the schedule wanted',
  unit: '1/s',
  over: (recording, subject, from, to) => loadRate(recording, subject, from, to, (event) => event.scheduled),
};

const droppedRate: Signal = {
  name: 'dropped_rate',
  title: 'iterations dropped because no VU was free',
  unit: '1/s',
  over: (recording, subject, from, to) => loadRate(recording, subject, from, to, (event) => event.dropped),
};

const requestRate: Signal = {
  name: 'request_rate',
  title: 'requests that ended',
  unit: '1/s',
  over: (recording, subject, from, to) => count(ended(recording, subject, from, to)) / seconds(from, to),
};

const goodput: Signal = {
  name: 'goodput',
  title: 'requests answered well',
  unit: '1/s',
  over: (recording, subject, from, to) =>
    count(ended(recording, subject, from, to).filter(isOk)) / seconds(from, to),
};

/** Of what the schedule wanted; dropped and unanswered requests count against it. */
const goodputShare: Signal = {
  name: 'goodput_share',
  title: 'share of the offered load that was answered well',
  unit: 'share',
  over(recording, subject, from, to) {
    const offered = offeredRate.over(recording, subject, from, to);
    const good = goodput.over(recording, subject, from, to);
    return offered && good !== undefined ? good / offered : undefined;
  },
};

const errorShare: Signal = {
  name: 'error_share',
  title: 'share of failed requests',
  unit: 'share',
  over(recording, subject, from, to) {
    const events = ended(recording, subject, from, to);
    return share(count(events.filter((event) => !isOk(event))), count(events));
  },
};

/** Among the failures, those without any answer: connections reset or refused. */
const abruptShare: Signal = {
  name: 'abrupt_share',
  title: 'share of failures that were resets or refusals',
  unit: 'share',
  over(recording, subject, from, to) {
    const failed = ended(recording, subject, from, to).filter((event) => !isOk(event));
    return share(count(failed.filter((event) => WITHOUT_ANSWER.includes(event.outcome))), count(failed));
  },
};

const latency = (percentile: number): Signal => ({
  name: `latency_p${percentile}`,
  title: `p${percentile} latency`,
  unit: 'ms',
  over(recording, subject, from, to) {
    const answered = ended(recording, subject, from, to).filter(
      (event) => !WITHOUT_ANSWER.includes(event.outcome),
    );
    if (answered.length === 0) return undefined;
    return recording.merged(answered).getValueAtPercentile(percentile) / 1000;
  },
});
const medianLatency = latency(50);

/** A twentieth failing is beyond any error budget, and a second beyond what people do not notice. */
const harm: Signal = {
  name: 'harm',
  title: 'requests harmed (1: over 5 % failed, or the median took over a second)',
  unit: 'count',
  over(recording, subject, from, to) {
    const errors = errorShare.over(recording, subject, from, to);
    const median = medianLatency.over(recording, subject, from, to);
    if (errors === undefined && median === undefined) return undefined;
    return (errors ?? 0) > 0.05 || (median ?? 0) > 1000 ? 1 : 0;
  },
};

export const requestSignals: Signal[] = [
  harm,
  offeredRate,
  droppedRate,
  requestRate,
  goodput,
  goodputShare,
  errorShare,
  abruptShare,
  medianLatency,
  ...[10, 95, 99].map(latency),
];

function ended(recording: Recording, subject: Subject, from: number, to: number): RequestsEvent[] {
  return recording.requests.filter((event) => event.t > from && event.t <= to && concerns(event, subject));
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

/** Growth per second of a counter that the load generator keeps for each scenario. */
function loadRate(
  recording: Recording,
  { scenario }: Subject,
  from: number,
  to: number,
  counter: (event: LoadEvent) => number,
): number | undefined {
  const growth = new Map<string, { first: number; last: number }>();
  for (const event of recording.load) {
    if (event.t > to || !concerns(event, { app: '', ...(scenario !== undefined && { scenario }) })) continue;
    const value = counter(event);
    const seen = growth.get(event.scenario) ?? { first: 0, last: 0 };
    growth.set(event.scenario, { first: event.t <= from ? value : seen.first, last: value });
  }
  if (growth.size === 0) return undefined;
  const sum = [...growth.values()].reduce((total, { first, last }) => total + last - first, 0);
  return sum / seconds(from, to);
}
