import type { Sample } from '../../model/engine';
import { parseExposition } from '../exposition';
import { containerName, type PodObject } from './objects';
import { podLabels } from './series';

/**
 * Metrics taken from /metrics/resource: as fresh as the runtime has them, and never older than cAdvisor's.
 */
const RESOURCE = ['container_cpu_usage_seconds_total', 'container_memory_working_set_bytes'];
const CADVISOR = [
  'container_cpu_cfs_periods_total',
  'container_cpu_cfs_throttled_periods_total',
  'container_cpu_cfs_throttled_seconds_total',
];
const MACHINE = ['node_cpu_usage_seconds_total', 'machine_cpu_cores'];

/**
 * cAdvisor's names for the metrics that a service exposes about its own container. These are the same kernel
 * counters, read at the time of the scrape.
 */
const OWN_VIEW: Record<string, string> = {
  cgroup_cpu_usage_seconds_total: 'container_cpu_usage_seconds_total',
  cgroup_cpu_cfs_periods_total: 'container_cpu_cfs_periods_total',
  cgroup_cpu_cfs_throttled_periods_total: 'container_cpu_cfs_throttled_periods_total',
  cgroup_cpu_cfs_throttled_seconds_total: 'container_cpu_cfs_throttled_seconds_total',
  cgroup_memory_usage_bytes: 'container_memory_usage_bytes',
  cgroup_memory_working_set_bytes: 'container_memory_working_set_bytes',
};

export interface KubeletPages {
  node: string;
  resource: string;
  cadvisor: string;
}

/**
 * The kubelet's measurements of the lab's containers and of the node, each with its time of measurement. A
 * kubelet measures a container every ten to twenty seconds, however often it is asked.
 * @param loadPods the load's own, of which only throttling is measured.
 */
export function kubeletSamples(
  pages: KubeletPages,
  pods: ReadonlyMap<string, PodObject>,
  loadPods: ReadonlyMap<string, PodObject> = new Map(),
): Sample[] {
  const resource = parseExposition(pages.resource);
  const cadvisor = parseExposition(pages.cadvisor);
  const ofNode = [...resource, ...cadvisor].filter(({ name }) => MACHINE.includes(name));
  const ofPods = [
    ...resource.filter(({ name }) => RESOURCE.includes(name)),
    ...cadvisor.filter(({ name }) => CADVISOR.includes(name)),
  ];
  const throttling = ofPods.filter(({ name }) => CADVISOR.includes(name));
  const samples = [
    ...ofNode.map((sample) => ({ ...sample, labels: { node: pages.node } })),
    ...ofPods.flatMap((sample) => relabelled(sample, pods)),
    ...throttling.flatMap((sample) => relabelled(sample, loadPods)),
  ];
  return newestPerSeries(samples);
}

/**
 * cAdvisor reports the pod's cgroup (container="") and, if it knows the runtime, the cgroup of each
 * container.
 */
function relabelled(
  sample: Sample,
  pods: ReadonlyMap<string, PodObject>,
): (Sample & { ofContainer: boolean })[] {
  const pod = pods.get(sample.labels.pod ?? '');
  if (!pod || pod.metadata.namespace !== sample.labels.namespace) return [];
  const { container = '' } = sample.labels;
  if (container !== '' && container !== containerName(pod)) return [];
  // The pod's own cgroup holds the injected containers, too.
  if (container === '' && pod.spec.containers.length > 1) return [];
  return [{ ...sample, labels: containerLabels(pod), ofContainer: container !== '' }];
}

export function containerLabels(pod: PodObject): Record<string, string> {
  return { ...podLabels(pod), container: containerName(pod) };
}

/**
 * Keeps one sample per series. The container's cgroup wins over the pod's, and the newest sample wins over
 * that of an earlier container.
 */
function newestPerSeries(samples: (Sample & { ofContainer?: boolean })[]): Sample[] {
  const best = new Map<string, Sample & { ofContainer?: boolean }>();
  const rank = (one: Sample & { ofContainer?: boolean }) => [
    Number(one.ofContainer ?? false),
    one.measuredAt ?? 0,
  ];
  for (const sample of samples) {
    const key = sample.name + JSON.stringify(sample.labels);
    const known = best.get(key);
    const [mine, others] = [rank(sample), known ? rank(known) : [-1, 0]];
    if (mine[0]! > others[0]! || (mine[0] === others[0] && mine[1]! > others[1]!)) best.set(key, sample);
  }
  return [...best.values()].map(({ ofContainer: _, ...sample }) => sample);
}

/**
 * Keeps one source per series: once a container has reported a metric about itself, the kubelet's is ignored
 * for good. The kubelet may report the pod's cgroup, whose counters differ, and a counter that drops looks
 * like a restart.
 */
export class OwnView {
  private readonly told = new Set<string>();

  /** @param own samples from the pods' own metrics pages, with the target's labels. */
  merge(own: Sample[], kubelet: Sample[]): Sample[] {
    const renamed = own.map((sample) => ({ ...sample, name: OWN_VIEW[sample.name] ?? sample.name }));
    const key = ({ name, labels: { pod } }: Sample) => `${name} ${pod}`;
    for (const [index, sample] of renamed.entries()) {
      if (sample.name !== own[index]!.name) this.told.add(key(sample));
    }
    return [...renamed, ...kubelet.filter((sample) => !this.told.has(key(sample)))];
  }
}
