import { LabError } from '../../model/errors';
import { containerName, type ContainerStatus, isReady, type KubeEvent, type PodObject } from './objects';
import { terminations } from './pod-events';
import { hintOf } from './refusal';

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

/**
 * @param who is waited for, for the message.
 * @throws LabError (environment) for a problem that waiting does not fix.
 */
export function failOnHopeless(
  pods: PodObject[],
  warnings: KubeEvent[],
  wanted: Wanted[],
  who = 'The system',
): void {
  for (const pod of pods) {
    const hint = allStatuses(pod).map(hopeless).find(Boolean);
    if (hint) throw new LabError(`${who} cannot start: ${describe(pod, warnings)}`, 'environment', hint);
  }
  for (const { name } of wanted) {
    const refused = warnings.find(
      ({ reason, involvedObject }) => NOT_MADE.includes(reason) && belongs(involvedObject.name, name),
    );
    if (refused && !pods.some((pod) => belongs(pod.metadata.name, name))) {
      throw new LabError(
        `${who} cannot start: ${name}: ${refused.message}`,
        'environment',
        hintOf(refused.message) ?? 'Change what the message names, or choose another namespace with -n.',
      );
    }
  }
}

/** What to do about a container that waiting does not start; undefined if it still may. */
function hopeless({ state, restartCount }: ContainerStatus): string | undefined {
  const { reason = '', message = '' } = state?.waiting ?? {};
  if (PASSING.test(message)) return undefined;
  if (reason === 'CrashLoopBackOff' && restartCount < RESTARTS_ALLOWED) return undefined;
  return FATAL[reason];
}

/** Of every container, also of injected ones: the pod is ready only when all of them are. */
function allStatuses({ status }: PodObject): ContainerStatus[] {
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
}

/** What the kubelet and the scheduler say about a pod that is not ready. */
export function describe(pod: PodObject, warnings: KubeEvent[]): string {
  const { conditions = [], phase } = pod.status;
  const last = terminations(pod).at(-1);
  const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  const unready = conditions.find(({ type, status }) => type === 'Ready' && status === 'False');
  const words = [
    unscheduled && `${phase}, ${unscheduled.reason}: ${unscheduled.message}`,
    ...allStatuses(pod).map((status) => waitingOf(status, status.name === containerName(pod))),
    last && `last ended with ${last.reason ?? 'exit code'} ${last.exitCode}`,
    ...warningsOf(pod.metadata.name, warnings).slice(-1),
  ];
  const told = [...new Set(words.filter(Boolean))].join('; ');
  return `pod ${pod.metadata.name}: ${told || unready?.message || `${phase}, not ready`}`;
}

function waitingOf({ name, state }: ContainerStatus, isOwn: boolean): string | undefined {
  if (!state?.waiting) return undefined;
  const { reason, message } = state.waiting;
  return [!isOwn && `container ${name}`, reason, message].filter(Boolean).join(': ');
}

function warningsOf(name: string, warnings: KubeEvent[]): string[] {
  return warnings.filter((event) => belongs(event.involvedObject.name, name)).map(({ message }) => message);
}

/** Pods and ReplicaSets are named after their workload. */
function belongs(name: string, workload: string): boolean {
  return name === workload || name.startsWith(`${workload}-`);
}
