import { LabError } from '../../model/errors';
import { isReady, type KubeEvent, type PodObject } from './objects';
import { terminations } from './pod-events';

/** What does not mend itself by waiting, each with what to do about it. */
const FATAL: Record<string, string> = {
  ImagePullBackOff:
    'Build the images and bring them to the cluster (docs/kubernetes.md), or name others, e.g. --set backend.image=…',
  ErrImageNeverPull: 'Load the image on every node (docs/kubernetes.md).',
  InvalidImageName: 'Correct the image, e.g. --set backend.image=…',
  CreateContainerConfigError: 'A Secret or ConfigMap that the pod needs is missing.',
  CreateContainerError: 'The runtime cannot start the container; its message says why.',
  CrashLoopBackOff: 'The container ends as soon as it starts; its log says why.',
};
/** A busy kubelet says so of Secrets that are there, and tries again. */
const PASSING = /failed to sync (secret|configmap) cache/;
/** A container may fail once while what it needs is still starting. */
const RESTARTS_ALLOWED = 2;

/** Warnings about things that cannot be made at all: a quota, Pod Security, an admission webhook. */
const NOT_MADE = ['FailedCreate'];

export interface Wanted {
  /** Of a Deployment or StatefulSet. */
  name: string;
  pods: number;
}

/** @returns what is still missing, in the cluster's own words; empty when everything is ready. */
export function missing(wanted: Wanted[], pods: PodObject[], warnings: KubeEvent[]): string[] {
  return wanted.flatMap(({ name, pods: count }) => {
    const own = pods.filter((pod) => belongs(pod.metadata.name, name) && !pod.metadata.deletionTimestamp);
    if (own.filter(isReady).length >= count) return [];
    const unready = own.filter((pod) => !isReady(pod)).map((pod) => describe(pod, warnings));
    const notMade = count > own.length ? [`${name}: ${count - own.length} of ${count} pods not made`] : [];
    const why = notMade.length > 0 ? warningsOf(name, warnings) : [];
    return [...unready, ...notMade.map((text) => [text, ...why].join(': '))];
  });
}

/** @throws LabError (environment) for what will not mend itself. */
export function failOnHopeless(pods: PodObject[], warnings: KubeEvent[], wanted: Wanted[]): void {
  for (const pod of pods) {
    const { state, restartCount = 0 } = pod.status.containerStatuses?.[0] ?? {};
    const reason = state?.waiting?.reason ?? '';
    const hint = FATAL[reason];
    if (PASSING.test(state?.waiting?.message ?? '')) continue;
    if (!hint || (reason === 'CrashLoopBackOff' && restartCount < RESTARTS_ALLOWED)) continue;
    throw new LabError(`The system cannot start: ${describe(pod, warnings)}`, 'environment', hint);
  }
  for (const { name } of wanted) {
    const refused = warnings.find(
      ({ reason, involvedObject }) => NOT_MADE.includes(reason) && belongs(involvedObject.name, name),
    );
    if (refused && !pods.some((pod) => belongs(pod.metadata.name, name))) {
      throw new LabError(
        `The system cannot start: ${name}: ${refused.message}`,
        'environment',
        'Raise the quota, or choose another namespace with -n.',
      );
    }
  }
}

/** What the kubelet and the scheduler say of a pod that is not ready. */
export function describe(pod: PodObject, warnings: KubeEvent[]): string {
  const { conditions = [], containerStatuses = [], phase } = pod.status;
  const waiting = containerStatuses[0]?.state?.waiting;
  const last = terminations(pod).at(-1);
  const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  const words = [
    unscheduled && `${phase}, ${unscheduled.reason}: ${unscheduled.message}`,
    waiting && [waiting.reason, waiting.message].filter(Boolean).join(': '),
    last && `last ended with ${last.reason ?? 'exit code'} ${last.exitCode}`,
    ...warningsOf(pod.metadata.name, warnings).slice(-1),
  ];
  const told = [...new Set(words.filter(Boolean))].join('; ');
  return `pod ${pod.metadata.name}: ${told || `${phase}, not ready`}`;
}

function warningsOf(name: string, warnings: KubeEvent[]): string[] {
  return warnings.filter((event) => belongs(event.involvedObject.name, name)).map(({ message }) => message);
}

/** A pod, and the ReplicaSet that makes it, is called after its workload. */
function belongs(name: string, workload: string): boolean {
  return name === workload || name.startsWith(`${workload}-`);
}
