import type { PodEvent, PodReason } from '../../model/events';
import { failedProbeOf } from '../../model/failed-probe';
import {
  appOf,
  containerName,
  disruptionOf,
  isReady,
  type KubeEvent,
  type PodObject,
  statusOf,
  type Terminated,
} from './objects';

type Told = Omit<PodEvent, 't'>;

/** Exit code after SIGKILL, which the kernel's OOM killer sends. */
const KILLED = 137;

/** What happened to a pod between two of its states. `before` is undefined for a new pod. */
export function podChanges(before: PodObject | undefined, after: PodObject): Told[] {
  const container = statusOf(after);
  const previous = statusOf(before);
  const tell = teller(after);
  const told: Told[] = [];
  if (after.spec.nodeName && !before?.spec.nodeName) {
    told.push(tell('Scheduled', `Successfully assigned to ${after.spec.nodeName}`));
  }
  const disruption = disruptionOf(after);
  if (disruption !== undefined && (!before || disruptionOf(before) === undefined)) {
    told.push(tell('Evicted', disruption));
  }
  for (const terminated of terminations(after)) {
    if (!terminations(before).some((known) => isSame(known, terminated))) {
      told.push({ ...tell(...ending(terminated)), exitCode: terminated.exitCode });
    }
  }
  if (container?.state?.waiting?.reason === 'CrashLoopBackOff' && !previous?.state?.waiting?.message) {
    told.push(tell('BackOff', container.state.waiting.message ?? 'back-off restarting failed container'));
  }
  const startedAt = container?.state?.running?.startedAt;
  if (startedAt && startedAt !== previous?.state?.running?.startedAt) {
    told.push(tell('Started', `Started container ${container!.name}`));
  }
  if (isReady(after) !== (before ? isReady(before) : false)) {
    told.push(isReady(after) ? tell('Ready', 'is ready') : tell('Unready', 'is not ready'));
  }
  if (after.metadata.deletionTimestamp && !before?.metadata.deletionTimestamp) {
    told.push(tell('Killing', 'is being deleted'));
  }
  return told;
}

function teller(pod: PodObject) {
  const restartCount = statusOf(pod)?.restartCount;
  return (reason: PodReason, message: string): Told => ({
    type: 'pod',
    pod: pod.metadata.name,
    app: appOf(pod),
    reason,
    message,
    ...(restartCount !== undefined && { restartCount }),
  });
}

/** The ends of a pod's own container. An end is first its state and then, after a restart, its last state. */
export function terminations(pod: PodObject | undefined): Terminated[] {
  const { state, lastState } = statusOf(pod) ?? {};
  const all = [lastState?.terminated, state?.terminated].filter((found) => found !== undefined);
  return all.filter((one, index) => all.findIndex((other) => isSame(one, other)) === index);
}

function isSame(one: Terminated, other: Terminated): boolean {
  return one.containerID === other.containerID && one.finishedAt === other.finishedAt;
}

/** The runtime reports OOMKilled when the container's cgroup does. The exit code must agree. */
export function isOomKill({ reason, exitCode }: Terminated): boolean {
  return reason === 'OOMKilled' && exitCode === KILLED;
}

function ending(terminated: Terminated): [PodReason, string] {
  const { exitCode, message } = terminated;
  const more = message ? `: ${message.trim()}` : '';
  if (isOomKill(terminated)) return ['OOMKilled', `OOMKilled, exit code ${exitCode}${more}`];
  if (exitCode === 0) return ['Completed', `ended${more}`];
  return ['Error', `ended with exit code ${exitCode}${more}`];
}

/** Reasons of cluster events to pass on. Reasons that pod states already show are not listed. */
const TOLD_ON: Record<string, PodReason> = {
  Unhealthy: 'Unhealthy',
  Killing: 'Killing',
  // The kubelet's event: if the pod then ends successfully, its state does not show the eviction.
  Evicted: 'Evicted',
  ScalingReplicaSet: 'ScalingReplicaSet',
  SuccessfulRescale: 'SuccessfulRescale',
};

/** Whether an event is about another container of the pod, such as an injected sidecar. */
function isOfAnother(fieldPath = '', own: string): boolean {
  const container = /[cC]ontainers\{(.*)\}$/.exec(fieldPath)?.[1];
  return container !== undefined && container !== own;
}

/** @param pods by name, to find the pod's app. Workloads are named after their app. */
export function toldByCluster(event: KubeEvent, pods: ReadonlyMap<string, PodObject>): Told | undefined {
  const reason = TOLD_ON[event.reason];
  const { kind, name, fieldPath } = event.involvedObject;
  const pod = pods.get(name);
  if (!reason || (kind === 'Pod' && !pod)) return undefined;
  if (pod && isOfAnother(fieldPath, containerName(pod))) return undefined;
  const failedProbe = reason === 'Killing' ? failedProbeOf(event.message) : undefined;
  return {
    type: 'pod',
    pod: name,
    app: pod ? appOf(pod) : name,
    reason,
    message: event.message,
    ...(failedProbe && { failedProbe }),
  };
}
