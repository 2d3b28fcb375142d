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
import {
  appOf,
  type Autoscaler,
  containerName,
  containerOf,
  isReady,
  type Deployment,
  type PodObject,
  statusOf,
} from './objects';

/** Number of OOM kills that the runtime reported, by pod. */
export type OomCounts = ReadonlyMap<string, number>;

/** Series with the names and labels of kube-state-metrics, computed from the objects themselves. */
export function stateSamples(
  pods: Iterable<PodObject>,
  deployments: Iterable<Deployment>,
  oomKills: OomCounts,
  autoscalers: Iterable<Autoscaler> = [],
): Sample[] {
  return [
    ...[...pods].flatMap((pod) => podSamples(pod, oomKills.get(pod.metadata.name) ?? 0)),
    ...[...deployments].flatMap(deploymentSamples),
    ...[...autoscalers].flatMap(autoscalerSamples),
  ];
}

function podSamples(pod: PodObject, oomKills: number): Sample[] {
  const base = podLabels(pod);
  return [
    ...label({ ...base, container: containerName(pod) }, containerValues(pod, oomKills)),
    ...label(base, [
      ...oneOf('kube_pod_status_phase', 'phase', POD_PHASES, pod.status.phase),
      ...oneOf('kube_pod_status_ready', 'condition', ['true', 'false'], String(isReady(pod))),
    ]),
  ];
}

export function podLabels(pod: PodObject): { namespace: string; pod: string; app: string } {
  return { namespace: pod.metadata.namespace, pod: pod.metadata.name, app: appOf(pod) };
}

function containerValues(pod: PodObject, oomKills: number): SampleValues {
  const { limits = {}, requests = {} } = containerOf(pod)?.resources ?? {};
  const found = statusOf(pod);
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

const SCALING_ACTIVE = 'ScalingActive';

function autoscalerSamples({ metadata, status }: Autoscaler): Sample[] {
  const found = status?.conditions?.find(({ type }) => type === SCALING_ACTIVE)?.status ?? 'Unknown';
  const labels = { namespace: metadata.namespace!, horizontalpodautoscaler: metadata.name };
  return label(
    { ...labels, condition: SCALING_ACTIVE },
    oneOf(
      'kube_horizontalpodautoscaler_status_condition',
      'status',
      ['true', 'false', 'unknown'],
      found.toLowerCase(),
    ),
  );
}

/**
 * Why an autoscaler cannot scale, in the cluster's words; undefined when it has the metrics it needs.
 * @param scaler undefined until it is known.
 */
export function blindness(name: string, scaler: Autoscaler | undefined): string | undefined {
  const found = scaler?.status?.conditions?.find(({ type }) => type === SCALING_ACTIVE);
  if (found?.status === 'True') return undefined;
  const why = [found?.reason, found?.message].filter(Boolean).join(': ') || 'it has not been evaluated yet';
  return `the autoscaler ${name} has no metrics: ${why}`;
}
