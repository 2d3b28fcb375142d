import type { Sample } from '../../model/engine';
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
import type { CageUsage } from './limits/limits';
import type { Pod } from './pod';
import type { WorkloadController } from './workload';

/**
 * The engine's own series, with the names and labels of cAdvisor, the kubelet and kube-state-metrics.
 * An unknown value (such as a limit that is not set) gives no sample.
 */
export function engineSamples(workloads: readonly WorkloadController[], namespace: string): Sample[] {
  return [
    ...workloads.flatMap((controller) => controller.pods.flatMap(podSamples)),
    ...workloads.flatMap((controller) => workloadSamples(controller, namespace)),
  ];
}

function podSamples(pod: Pod): Sample[] {
  const base = { namespace: pod.namespace, pod: pod.name, app: pod.app };
  const container = { ...base, container: pod.container.name };
  const usage = pod.cage?.usage();
  return [
    ...(usage ? label(container, cageValues(usage)) : []),
    ...label(container, containerValues(pod)),
    ...label(container, probeValues(pod)),
    ...label(base, podValues(pod)),
  ];
}

function cageValues(usage: CageUsage): SampleValues {
  return [
    ['container_cpu_usage_seconds_total', usage.cpuSeconds],
    ['container_cpu_cfs_periods_total', usage.periods],
    ['container_cpu_cfs_throttled_periods_total', usage.throttledPeriods],
    ['container_cpu_cfs_throttled_seconds_total', usage.throttledSeconds],
    ['container_memory_working_set_bytes', usage.workingSetBytes],
    ['container_memory_rss', usage.rssBytes],
    ['container_memory_usage_bytes', usage.usageBytes],
    ['container_spec_cpu_quota', usage.cpuQuotaMicros || undefined],
    ['container_spec_cpu_period', usage.cpuPeriodMicros || undefined],
    ['container_spec_cpu_shares', usage.cpuShares],
    ['container_spec_memory_limit_bytes', usage.memoryLimitBytes],
    ['container_oom_events_total', usage.oomKills],
  ];
}

function containerValues({ container, restarts, waiting, lastTermination }: Pod): SampleValues {
  const { limits, requests } = container.resources;
  return [
    ['kube_pod_container_status_restarts_total', restarts],
    ...oneOf('kube_pod_container_status_waiting_reason', 'reason', WAITING_REASONS, waiting),
    ...oneOf(
      'kube_pod_container_status_last_terminated_reason',
      'reason',
      TERMINATED_REASONS,
      lastTermination?.reason,
    ),
    ['kube_pod_container_status_last_terminated_exitcode', lastTermination?.exitCode],
    ['kube_pod_container_resource_limits', limits.cpu, CPU],
    ['kube_pod_container_resource_limits', limits.memory, MEMORY],
    ['kube_pod_container_resource_requests', requests.cpu, CPU],
    ['kube_pod_container_resource_requests', requests.memory, MEMORY],
  ];
}

function probeValues({ probeCounts }: Pod): SampleValues {
  return [...probeCounts].map(([key, count]) => {
    const [type, result] = key.split('/');
    return ['prober_probe_total', count, { probe_type: type!, result: result! }];
  });
}

function podValues(pod: Pod): SampleValues {
  return [
    ...oneOf('kube_pod_status_phase', 'phase', POD_PHASES, pod.phase),
    ...oneOf('kube_pod_status_ready', 'condition', ['true', 'false'], String(pod.ready)),
  ];
}

function workloadSamples(
  { workload, pods, name, available }: WorkloadController,
  namespace: string,
): Sample[] {
  if (workload.kind !== 'Deployment') return [];
  return label({ namespace, deployment: name }, [
    ['kube_deployment_spec_replicas', pods.length],
    ['kube_deployment_status_replicas_available', available],
  ]);
}
