import type { KubeObject } from '../../../constructs/kube-object';

/** The parts of API objects that the engine uses. */
export interface PodObject extends KubeObject {
  metadata: KubeObject['metadata'] & { namespace: string; uid: string; deletionTimestamp?: string };
  spec: {
    nodeName?: string;
    containers: {
      name: string;
      ports?: { containerPort: number }[];
      resources?: Partial<Record<'limits' | 'requests', Record<string, string>>>;
    }[];
  };
  status: {
    phase: string;
    /** Why the pod as a whole failed, e.g. Evicted. */
    reason?: string;
    message?: string;
    podIP?: string;
    conditions?: Condition[];
    containerStatuses?: ContainerStatus[];
    /** Includes sidecars that are started before the containers and stay. */
    initContainerStatuses?: ContainerStatus[];
  };
}

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

export interface ContainerStatus {
  name: string;
  ready?: boolean;
  restartCount: number;
  state?: ContainerState;
  lastState?: ContainerState;
}

export interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: { startedAt: string };
  terminated?: Terminated;
}

export interface Terminated {
  containerID?: string;
  exitCode: number;
  reason?: string;
  message?: string;
  finishedAt?: string;
}

export interface Deployment extends KubeObject {
  spec: { replicas?: number };
  status?: { replicas?: number; availableReplicas?: number };
}

export interface Autoscaler extends KubeObject {
  status?: { conditions?: Condition[] };
}

export interface Namespace extends KubeObject {
  metadata: KubeObject['metadata'] & { deletionTimestamp?: string };
  status?: { phase?: string; conditions?: Condition[] };
}

/** A cluster event, as the core API lists it. */
export interface KubeEvent extends KubeObject {
  reason: string;
  message: string;
  count?: number;
  involvedObject: {
    kind: string;
    name: string;
    /** The part of it, if the event is about one: `spec.containers{backend}`. */
    fieldPath?: string;
  };
}

/** Label on every object that a run creates. Its value is the run's id. */
export const RUN_LABEL = 'backend-under-load/run';
export const FIELD_MANAGER = 'backend-under-load';

/** The annotation that names the container which a pod is for. kubectl reads it, too. */
export const OWN_CONTAINER = 'kubectl.kubernetes.io/default-container';

/**
 * The name of the container that a pod is for: the annotated one, or the one named after the app. Its place in
 * the lists says nothing, because a cluster may inject sidecars before or after it.
 */
export function containerName(pod: PodObject): string {
  return pod.metadata.annotations?.[OWN_CONTAINER] ?? appOf(pod);
}

export function containerOf(pod: PodObject): PodObject['spec']['containers'][number] | undefined {
  return pod.spec.containers.find(({ name }) => name === containerName(pod));
}

/** @param name of the container. Default: the pod's own. */
export function statusOf(
  pod: PodObject | undefined,
  name = pod && containerName(pod),
): ContainerStatus | undefined {
  return pod?.status.containerStatuses?.find((status) => status.name === name);
}

export function appOf({ metadata: { labels = {}, name } }: KubeObject): string {
  return labels['app.kubernetes.io/name'] ?? labels.app ?? name;
}

/** Why the cluster itself removes a pod, in the cluster's words; undefined when it does not. */
export function disruptionOf({ status }: PodObject): string | undefined {
  const found = status.conditions?.find((one) => one.type === 'DisruptionTarget' && one.status === 'True');
  if (found) return [found.reason, found.message].filter(Boolean).join(': ');
  return status.reason === 'Evicted' ? ['Evicted', status.message].filter(Boolean).join(': ') : undefined;
}

export function isReady(pod: PodObject): boolean {
  return pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}
