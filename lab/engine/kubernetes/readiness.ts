import { LabError } from '../../model/errors';
import { isReady, type KubeEvent, type PodObject } from './objects';
import { terminations } from './pod-events';

/** States that waiting does not fix, with what to do about them. */
const FATAL: Record<string, string> = {
  ImagePullBackOff:
    'Build the images and load them into the cluster (docs/kubernetes.md), or name others, e.g. --set backend.image.repository=… --set backend.image.tag=…',
  ErrImageNeverPull: 'Load the image onto every node (docs/kubernetes.md).',
  InvalidImageName: 'Correct the image name, e.g. --set backend.image.repository=…',
  CreateContainerConfigError: 'A Secret or ConfigMap that the pod needs is missing. Create it.',
  CreateContainerError: 'The runtime cannot create the container. Its message says why.',
  CrashLoopBackOff: 'The container ends as soon as it starts. Its log says why.',
};
/** A busy kubelet reports this even for existing Secrets, and then retries. */
const PASSING = /failed to sync (secret|configmap) cache/;
/** A container may fail at first, while another one that it needs is still starting. */
const RESTARTS_ALLOWED = 2;

/** Reasons of warnings about objects that cannot be created: a quota, Pod Security, an admission webhook. */
const NOT_MADE = ['FailedCreate'];

export interface Wanted {
  /** Name of a Deployment or StatefulSet. */
  name: string;
  pods: number;
}

/** @returns what is still missing, in the cluster's own words; empty when everything is ready. */
export function missing(wanted: Wanted[], pods: PodObject[], warnings: KubeEvent[]): string[] {
  return wanted.flatMap(({ name, pods: count }) => {
    const own = pods.filter((pod) => belongs(pod.metadata.name, name) && !pod.metadata.deletionTimestamp);
    if (own.filter(isReady).length >= count) return [];
    const unready = own.filter((pod) => !isReady(pod)).map((pod) => describe(pod, warnings));
    const notMade = count > own.length ? [`${name}: ${count - own.length} of ${count} pods not created`] : [];
    const why = notMade.length > 0 ? warningsOf(name, warnings) : [];
    return [...unready, ...notMade.map((text) => [text, ...why].join(': '))];
  });
}

/** @throws LabError (environment) for a problem that waiting does not fix. */
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

/** What the kubelet and the scheduler say about a pod that is not ready. */
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

/** Pods and ReplicaSets are named after their workload. */
function belongs(name: string, workload: string): boolean {
  return name === workload || name.startsWith(`${workload}-`);
}
