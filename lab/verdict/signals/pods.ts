import type { PodEvent, RequestsEvent } from '../../model/events';
import { type Recording, within } from '../../recording/recording';
import { ENDED } from './processes';
import type { Signal } from './signal';

/** Long enough for three failed attempts of a quick probe. */
const BEFORE_KILL_MS = 10_000;

/** What the kubelet, or its stand-in, did to containers, according to its events. */
export const podSignals: Signal[] = [
  {
    name: 'liveness_kills',
    title: 'kills by the liveness probe',
    unit: 'count',
    adds: true,
    valueIn: (recording, { app }, from, to) => count(recording, app, from, to, isLivenessKill),
    prometheus: {
      unknown: 'Prometheus does not see events; it sees only restarts with an exit code of 0, 137 or 143',
    },
  },
  {
    name: 'served_before_liveness_kill',
    title: 'share of successful requests in the ten seconds before the first kill by the liveness probe',
    unit: 'share',
    valueIn: (recording, { app }, from, to) => {
      const kill = eventsOf(recording, app).find(
        (event) => event.t > from && event.t <= to && isLivenessKill(event),
      );
      if (!kill) return undefined;
      const ended = within(recording.requests, kill.t - BEFORE_KILL_MS, kill.t);
      const sum = (some: RequestsEvent[]): number => some.reduce((total, event) => total + event.count, 0);
      if (ended.length > 0) return sum(ended.filter(({ outcome }) => outcome === 'ok')) / sum(ended);
      return recording.hasReported(kill.t) ? 0 : undefined;
    },
    prometheus: { unknown: 'Prometheus does not see events' },
  },
  {
    name: 'own_exits',
    title: 'containers that exited on their own',
    unit: 'count',
    adds: true,
    valueIn: (recording, { app }, from, to) => {
      const events = eventsOf(recording, app);
      const isOwn = (event: PodEvent) => ENDED.includes(event.reason) && !wasKilled(event, events);
      return count(recording, app, from, to, isOwn);
    },
    prometheus: { unknown: 'Prometheus does not see who ended a container' },
  },
  {
    name: 'back_offs',
    title: 'times that the kubelet waited before it restarted a container again',
    unit: 'count',
    adds: true,
    valueIn: (recording, { app }, from, to) =>
      count(recording, app, from, to, ({ reason }) => reason === 'BackOff'),
    prometheus: { unknown: 'Prometheus does not see events' },
  },
  {
    name: 'crashes',
    title: 'containers that ended on their own, not by their memory limit',
    unit: 'count',
    adds: true,
    valueIn: (recording, { app }, from, to) => {
      const events = eventsOf(recording, app);
      const isCrash = (event: PodEvent) =>
        ENDED.includes(event.reason) && event.reason !== 'OOMKilled' && !wasKilled(event, events);
      return count(recording, app, from, to, isCrash);
    },
    prometheus: { unknown: 'Prometheus does not see who ended a container' },
  },
];

function eventsOf(recording: Recording, app: string): PodEvent[] {
  return recording.pods.filter((event) => event.app === app);
}

function count(
  recording: Recording,
  app: string,
  from: number,
  to: number,
  is: (event: PodEvent) => boolean,
): number | undefined {
  if (!recording.isWatched) return undefined;
  return eventsOf(recording, app).filter((event) => event.t > from && event.t <= to && is(event)).length;
}

function isLivenessKill({ failedProbe }: PodEvent): boolean {
  return failedProbe === 'liveness';
}

/** Whether the pod was told to end since its container last started. */
function wasKilled(end: PodEvent, events: PodEvent[]): boolean {
  const before = events.slice(0, events.indexOf(end)).filter(({ pod }) => pod === end.pod);
  return (
    before.findLastIndex(({ reason }) => reason === 'Killing' || reason === 'Evicted') >
    before.findLastIndex(({ reason }) => reason === 'Started')
  );
}
