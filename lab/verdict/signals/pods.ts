import type { PodEvent, PodReason, RequestsEvent } from '../../model/events';
import { type Recording, within } from '../../recording/recording';
import type { Signal } from './signal';

/** Time enough for three failed attempts of a quick probe. */
const BEFORE_KILL_MS = 10_000;

const ENDED: PodReason[] = ['Completed', 'Error', 'OOMKilled'];

/** What the kubelet, or what stands in for it, did to containers, by its events. */
export const podSignals: Signal[] = [
  {
    name: 'liveness_kills',
    title: 'kills because the liveness probe failed',
    unit: 'count',
    adds: true,
    over: (recording, { app }, from, to) => count(eventsOf(recording, app), from, to, isLivenessKill),
    prometheus: {
      unknown:
        'no Prometheus sees events; restarts with an exit code of 0, 137 or 143 are what remains of them',
    },
  },
  {
    name: 'served_before_liveness_kill',
    title: 'share of requests answered well in the ten seconds before the first such kill',
    unit: 'share',
    over: (recording, { app }, from, to) => {
      const kill = eventsOf(recording, app).find(
        (event) => event.t > from && event.t <= to && isLivenessKill(event),
      );
      if (!kill) return undefined;
      const ended = within(recording.requests, kill.t - BEFORE_KILL_MS, kill.t);
      const sum = (some: RequestsEvent[]): number => some.reduce((total, event) => total + event.count, 0);
      return ended.length > 0 ? sum(ended.filter(({ outcome }) => outcome === 'ok')) / sum(ended) : 0;
    },
    prometheus: { unknown: 'no Prometheus sees events' },
  },
  {
    name: 'own_exits',
    title: 'containers that ended without being told to',
    unit: 'count',
    adds: true,
    over: (recording, { app }, from, to) => {
      const events = eventsOf(recording, app);
      return count(events, from, to, (event) => ENDED.includes(event.reason) && !wasKilled(event, events));
    },
    prometheus: { unknown: 'no Prometheus sees who asked a container to end' },
  },
];

function eventsOf(recording: Recording, app: string): PodEvent[] {
  return recording.pods.filter((event) => event.app === app);
}

function count(events: PodEvent[], from: number, to: number, is: (event: PodEvent) => boolean): number {
  return events.filter((event) => event.t > from && event.t <= to && is(event)).length;
}

function isLivenessKill({ reason, message }: PodEvent): boolean {
  return reason === 'Killing' && message.includes('liveness probe');
}

/** Of the same pod, since its container was last started. */
function wasKilled(end: PodEvent, events: PodEvent[]): boolean {
  const before = events.slice(0, events.indexOf(end)).filter(({ pod }) => pod === end.pod);
  return (
    before.findLastIndex(({ reason }) => reason === 'Killing' || reason === 'Evicted') >
    before.findLastIndex(({ reason }) => reason === 'Started')
  );
}
