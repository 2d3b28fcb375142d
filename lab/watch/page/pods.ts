import type { PodEvent } from '../protocol';
import type { Arm } from './run';

/** What pod events mean, in the same words in the map, the lanes, the timeline and the lists. */
export interface Incident {
  /** `oom` and `killed` ended a container; `stopped` was asked for; `restart` began a new one. */
  kind: 'oom' | 'killed' | 'stopped' | 'restart';
  /** On the mark in the lane. */
  sign: string;
  /** After the pod's name: "was OOMKilled". */
  says: string;
  /** On its own, while the container is down: "OOMKilled". */
  state: string;
}

export type PodState = 'waiting' | 'ready' | 'unready';

/** The state of a pod after such an event. */
const STATE: Partial<Record<PodEvent['reason'], PodState>> = {
  Scheduled: 'waiting',
  Started: 'waiting',
  Ready: 'ready',
  Unready: 'unready',
  OOMKilled: 'unready',
  Error: 'unready',
  Completed: 'unready',
  Killing: 'unready',
  Evicted: 'unready',
};

const STATUS: Partial<Record<PodEvent['reason'], string>> = {
  Ready: 'Ready',
  Unready: 'not ready',
  BackOff: 'CrashLoopBackOff',
  OOMKilled: 'OOMKilled',
  Error: 'Error',
  Completed: 'Completed',
  Evicted: 'Evicted',
};

/** What an event did to a container; undefined if it did nothing, or if an earlier event has said it. */
export function incidentOf(event: PodEvent, ofPod: PodEvent[]): Incident | undefined {
  const { reason, failedProbe, exitCode, restartCount = 0 } = event;
  switch (reason) {
    case 'OOMKilled':
      return { kind: 'oom', sign: '✕ OOMKilled', says: 'was OOMKilled', state: 'OOMKilled' };
    case 'Killing':
      if (!failedProbe) return { kind: 'stopped', sign: '■', says: 'is being stopped', state: 'stopping' };
      return killed(`${failedProbe} probe`, `was killed because its ${failedProbe} probe failed`);
    case 'Evicted':
      return killed('evicted', 'was evicted');
    case 'Error':
    case 'Completed': {
      if (wasToldToEnd(event, ofPod)) return undefined;
      const code = exitCode === undefined ? '' : ` (exit code ${exitCode})`;
      return killed(reason === 'Error' ? 'Error' : 'exited', `ended on its own${code}`);
    }
    case 'Started':
      if (restartCount === 0) return undefined;
      return { kind: 'restart', sign: '↻', says: 'was restarted', state: 'restarted, not ready yet' };
    default:
      return undefined;
  }
}

function killed(sign: string, says: string): Incident {
  return { kind: 'killed', sign: `✕ ${sign}`, says, state: says.replace(/^was /, '') };
}

export function isKill(incident: Incident | undefined): incident is Incident {
  return incident?.kind === 'oom' || incident?.kind === 'killed';
}

/** Whether the container was asked to end since it started. Its exit is then no news. */
function wasToldToEnd(end: PodEvent, ofPod: PodEvent[]): boolean {
  const before = ofPod.slice(0, ofPod.indexOf(end));
  return (
    before.findLastIndex(({ reason }) => reason === 'Killing' || reason === 'Evicted') >
    before.findLastIndex(({ reason }) => reason === 'Started')
  );
}

/** The incidents of an arm's pods up to a second, in their order. */
export function incidentsOf(arm: Arm, until: number): { event: PodEvent; incident: Incident }[] {
  return arm.pods.flatMap((event) => {
    if (arm.secondOf(event.t) > until) return [];
    const incident = incidentOf(event, eventsOf(arm, event.pod, until));
    return incident ? [{ event, incident }] : [];
  });
}

/** The events of one pod up to a second. */
export function eventsOf(arm: Arm, pod: string, until = Infinity): PodEvent[] {
  return arm.pods.filter((event) => event.pod === pod && arm.secondOf(event.t) <= until);
}

/** Events after which the state of the pod is another one. */
export function changesState({ reason }: PodEvent): boolean {
  return STATE[reason] !== undefined;
}

export function stateAfter(events: PodEvent[]): PodState {
  return events.reduce<PodState>((state, { reason }) => STATE[reason] ?? state, 'waiting');
}

/** As `kubectl get pods` would show it. */
export function statusOf(events: PodEvent[]): string {
  const last = events.findLast((event) => changesState(event) || event.reason === 'BackOff');
  const restarts = Math.max(0, ...events.map(({ restartCount }) => restartCount ?? 0));
  const killing = last?.failedProbe ? `${last.failedProbe} probe failed` : 'Terminating';
  const status = last?.reason === 'Killing' ? killing : ((last && STATUS[last.reason]) ?? 'starting');
  return restarts > 0 ? `${status}, ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}` : status;
}

/** Why a pod serves nobody, in the words of what happened; undefined while it serves, or never did. */
export function troubleOf(events: PodEvent[]): string | undefined {
  const state = stateAfter(events);
  if (state === 'ready') return undefined;
  const started = events.findLastIndex(({ reason }) => reason === 'Started');
  const since = events.slice(Math.max(started, 0)).map((event) => incidentOf(event, events));
  const last = since.findLast((incident) => incident !== undefined);
  if (last?.kind === 'stopped') return undefined;
  if (last === undefined) return state === 'unready' ? 'not ready: gets no new requests' : undefined;
  return events.at(-1)?.reason === 'BackOff' ? `${last.state}; waits before it is restarted` : last.state;
}

/** The backend comes first, because the experiments break it. */
const ORDER = ['backend', 'downstream', 'postgres'];

/** The pods by app, and then by age and name: the same order whenever the page learned of them. */
export function podsOf(arm: Arm): { pod: string; app: string }[] {
  const rank = (app: string): number => (ORDER.includes(app) ? ORDER.indexOf(app) : ORDER.length);
  const first = (pod: string): number => arm.pods.find((event) => event.pod === pod)?.t ?? Infinity;
  const apps = new Map(arm.curves.flatMap(({ pod, app }) => (pod ? [[pod, app ?? ''] as const] : [])));
  return [...apps]
    .map(([pod, app]) => ({ pod, app }))
    .sort((a, b) => rank(a.app) - rank(b.app) || first(a.pod) - first(b.pod) || a.pod.localeCompare(b.pod));
}
