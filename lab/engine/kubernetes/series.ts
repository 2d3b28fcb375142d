import type { Sample } from '../../model/engine';
import { parseQuantity } from '../quantity';
import {
  CPU,
  label,
  MEMORY,
  oneOf,
  POD_PHASES,
  TERMINATED_REASONS,
  type SampleValues,
  WAITING_REASONS,
} from '../samples';
import { appOf, isReady, type Deployment, type PodObject } from './objects';

/** Number of OOM kills that the runtime reported, by pod. */
export type OomCounts = ReadonlyMap<string, number>;

/** Series with the names and labels of kube-state-metrics, computed from the objects themselves. */
export function stateSamples(
  pods: Iterable<PodObject>,
  deployments: Iterable<Deployment>,
  oomKills: OomCounts,
): Sample[] {
  return [
    ...[...pods].flatMap((pod) => podSamples(pod, oomKills.get(pod.metadata.name) ?? 0)),
    ...[...deployments].flatMap(deploymentSamples),
  ];
}

function podSamples(pod: PodObject, oomKills: number): Sample[] {
  const base = podLabels(pod);
  const container = pod.spec.containers[0]!;
  return [
    ...label({ ...base, container: container.name }, containerValues(pod, oomKills)),
    ...label(base, [
      ...oneOf('kube_pod_status_phase', 'phase', POD_PHASES, pod.status.phase),
      ...oneOf('kube_pod_status_ready', 'condition', ['true', 'false'], String(isReady(pod))),
    ]),
  ];
}

export function podLabels(pod: PodObject): { namespace: string; pod: string; app: string } {
  return { namespace: pod.metadata.namespace, pod: pod.metadata.name, app: appOf(pod) };
}

function containerValues({ spec, status }: PodObject, oomKills: number): SampleValues {
  const { limits = {}, requests = {} } = spec.containers[0]!.resources ?? {};
  const found = status.containerStatuses?.[0];
  const ended = found?.state?.terminated ?? found?.lastState?.terminated;
  const quantity = (text: string | undefined) => (text === undefined ? undefined : parseQuantity(text));
  return [
    ['kube_pod_container_status_restarts_total', found?.restartCount ?? 0],
    ...oneOf(
      'kube_pod_container_status_waiting_reason',
      'reason',
      WAITING_REASONS,
      found?.state?.waiting?.reason,
    ),
    ...oneOf('kube_pod_container_status_last_terminated_reason', 'reason', TERMINATED_REASONS, ended?.reason),
    ['kube_pod_container_status_last_terminated_exitcode', ended?.exitCode],
    ['kube_pod_container_resource_limits', quantity(limits.cpu), CPU],
    ['kube_pod_container_resource_limits', quantity(limits.memory), MEMORY],
    ['kube_pod_container_resource_requests', quantity(requests.cpu), CPU],
    ['kube_pod_container_resource_requests', quantity(requests.memory), MEMORY],
    ['container_spec_memory_limit_bytes', quantity(limits.memory)],
    ['container_oom_events_total', oomKills],
  ];
}

function deploymentSamples({ metadata, spec, status }: Deployment): Sample[] {
  return label({ namespace: metadata.namespace!, deployment: metadata.name }, [
    ['kube_deployment_spec_replicas', spec.replicas ?? 1],
    ['kube_deployment_status_replicas_available', status?.availableReplicas ?? 0],
  ]);
}
