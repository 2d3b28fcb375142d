import {
  highest,
  increase,
  type SeriesLabels,
  lowest,
  mean,
  type Recording,
  type RecordedSeries,
} from '../../recording/recording';
import { byPod, ofApp, ofNamespace, ofPods, type Selection } from './promql';
import type { Signal } from './signal';

export const cpuUsage: Signal = {
  name: 'cpu_usage',
  title: 'CPU use',
  unit: 'cores',
  valueIn: (recording, { app }, from, to) =>
    scaled(
      grown(recording, containers(recording, 'container_cpu_usage_seconds_total', app), from, to),
      1000 / (to - from),
    ),
  prometheus: { query: cpuRate },
};

const cpuLimitShare: Signal = {
  name: 'cpu_limit_share',
  title: 'CPU use as a share of the limit',
  unit: 'share',
  valueIn(recording, subject, from, to) {
    const used = cpuUsage.valueIn(recording, subject, from, to);
    const limit = limitOf(recording, subject.app, 'cpu', to);
    return used !== undefined && limit ? used / limit : undefined;
  },
  prometheus: {
    query: (selection, range) =>
      `${cpuRate(selection, range)} / sum(kube_pod_container_resource_limits${ofApp(selection, 'resource="cpu"')})`,
  },
};

/** A pod at its limit beside an idle one is at its limit. */
const busiestShare: Signal = {
  name: 'busiest_cpu_limit_share',
  title: "the busiest pod's CPU use as a share of its limit",
  unit: 'share',
  valueIn(recording, subject, from, to) {
    const shares = recording
      .podsOf(subject.app)
      .map((pod) => cpuLimitShare.valueIn(recording.ofPod(pod, subject.app), subject, from, to))
      .filter((share) => share !== undefined);
    return shares.length > 0 ? Math.max(...shares) : undefined;
  },
  prometheus: {
    query: (selection, range) => {
      const used = byPod(`rate(container_cpu_usage_seconds_total${ofPods(selection)}[${range}])`);
      const limit = byPod(`kube_pod_container_resource_limits${ofApp(selection, 'resource="cpu"')}`);
      return `max(${used} / ${limit})`;
    },
  },
};

const throttledShare: Signal = {
  name: 'cpu_throttled_share',
  title: 'share of scheduling periods that were throttled',
  unit: 'share',
  valueIn(recording, { app }, from, to) {
    const [periods, throttled] = [
      'container_cpu_cfs_periods_total',
      'container_cpu_cfs_throttled_periods_total',
    ].map((name) => grown(recording, containers(recording, name, app), from, to));
    return periods && throttled !== undefined ? throttled / periods : undefined;
  },
  prometheus: {
    query: (selection, range) =>
      ['container_cpu_cfs_throttled_periods_total', 'container_cpu_cfs_periods_total']
        .map((counter) => `sum(${byPod(`rate(${counter}${ofPods(selection)}[${range}])`)})`)
        .join(' / '),
  },
};

const memory: Signal = {
  name: 'memory_working_set',
  title: 'peak memory use',
  unit: 'bytes',
  valueIn: (recording, { app }, from, to) =>
    most(containers(recording, 'container_memory_working_set_bytes', app), from, to),
  prometheus: { query: peakMemory },
};

/** Compares the part that must stay resident with the limit, for the pod that is closest to it. */
const memoryLimitShare: Signal = {
  name: 'memory_limit_share',
  title: 'peak memory use as a share of the limit',
  unit: 'share',
  valueIn(recording, { app }, from, to) {
    const used = memory.valueIn(recording, { app }, from, to);
    const limit = most(containers(recording, 'container_spec_memory_limit_bytes', app), from, to);
    return used !== undefined && limit ? used / limit : undefined;
  },
  // The limit comes from kube-state-metrics, because common installations drop cAdvisor's container_spec_*.
  prometheus: {
    query: (selection, range) =>
      `${peakMemory(selection, range)} / max(kube_pod_container_resource_limits${ofApp(selection, 'resource="memory"')})`,
  },
};

const memoryGrowth: Signal = {
  name: 'memory_growth',
  title: 'growth in memory use',
  unit: 'bytes',
  adds: true,
  valueIn(recording, { app }, from, to) {
    const before = most(containers(recording, 'container_memory_working_set_bytes', app), from, from + 1);
    const after = most(containers(recording, 'container_memory_working_set_bytes', app), to - 1, to);
    return before !== undefined && after !== undefined ? after - before : undefined;
  },
  prometheus: {
    // A series that is new within the range grows from its minimum.
    query: (selection, range) => {
      const memory = `container_memory_working_set_bytes${ofPods(selection)}`;
      const before = `max(${memory} offset ${range}) or min(min_over_time(${memory}[${range}]))`;
      return `max(${memory}) - (${before})`;
    },
  },
};

const oomKills: Signal = {
  name: 'oom_kills',
  title: 'OOM kills',
  unit: 'count',
  adds: true,
  valueIn: (recording, { app }, from, to) => podEvents(recording, app, 'OOMKilled', from, to),
  prometheus: {
    query: (selection, range) => {
      const killed = `kube_pod_container_status_last_terminated_reason${ofApp(selection, 'reason="OOMKilled"')}`;
      return `sum(${restarted(selection, range)} and on (namespace, pod, container) ${killed} == 1) or vector(0)`;
    },
    differs:
      'counts restarts after an OOM kill: it misses a killed container that is still in back-off, and if a container also ends for other reasons, its last reason counts for all of its restarts',
  },
};

/** The kernel's own count. It confirms the exit code, by which a kill is recognized. */
const oomCounter: Signal = {
  name: 'oom_counter',
  title: 'OOM kills counted by the kernel',
  unit: 'count',
  adds: true,
  valueIn: (recording, { app }, from, to) =>
    grown(recording, containers(recording, 'container_oom_events_total', app), from, to),
  prometheus: {
    query: (selection, range) =>
      `round(sum(${byPod(`increase(container_oom_events_total${ofPods(selection)}[${range}])`)}))`,
  },
};

const restarts: Signal = {
  name: 'restarts',
  title: 'container restarts',
  unit: 'count',
  adds: true,
  valueIn: (recording, { app }, from, to) =>
    grown(recording, containers(recording, 'kube_pod_container_status_restarts_total', app), from, to),
  prometheus: { query: (selection, range) => `sum(${restarted(selection, range)})` },
};

/** The minimum, because a single second without any pod is an outage. */
const availableReplicas: Signal = {
  name: 'available_replicas',
  title: 'available pods',
  unit: 'count',
  valueIn(recording, { app }, from, to) {
    const replicas = recording.find('kube_deployment_status_replicas_available', { deployment: app });
    return sumOf(replicas, (series) => lowest(series, from, to));
  },
  prometheus: {
    query: (selection, range) => {
      const replicas = ofNamespace(selection, `deployment="${selection.app}"`);
      return `sum(min_over_time(kube_deployment_status_replicas_available${replicas}[${range}]))`;
    },
  },
};

export const resourceSignals: Signal[] = [
  cpuUsage,
  cpuLimitShare,
  busiestShare,
  throttledShare,
  memory,
  memoryLimitShare,
  memoryGrowth,
  oomKills,
  oomCounter,
  restarts,
  availableReplicas,
];

export function cpuRate(selection: Selection, range: string): string {
  return `sum(${byPod(`rate(container_cpu_usage_seconds_total${ofPods(selection)}[${range}])`)})`;
}

function peakMemory(selection: Selection, range: string): string {
  return `max(max_over_time(container_memory_working_set_bytes${ofPods(selection)}[${range}]))`;
}

/** A whole number, where increase() would extrapolate. A pod's counter never resets. */
function restarted(selection: Selection, range: string): string {
  const counter = `kube_pod_container_status_restarts_total${ofApp(selection)}[${range}]`;
  return `(max_over_time(${counter}) - min_over_time(${counter}))`;
}

/** Series of one app's pods. Every engine names pods after their app. */
export function containers(recording: Recording, metric: string, app: string): RecordedSeries[] {
  return recording
    .find(metric)
    .filter(
      ({ labels }) => labels.app === app || labels.container === app || labels.pod?.startsWith(`${app}-`),
    );
}

function limitOf(recording: Recording, app: string, resource: string, at: number): number | undefined {
  const limits = containers(recording, 'kube_pod_container_resource_limits', app);
  return sumOf(
    present(recording, limits, at).filter(({ labels }) => labels.resource === resource),
    (series) => highest(series, 0, at),
  );
}

function podEvents(
  recording: Recording,
  app: string,
  reason: string,
  from: number,
  to: number,
): number | undefined {
  if (!recording.isWatched) return undefined;
  return recording.pods.filter(
    (event) => event.app === app && event.reason === reason && event.t > from && event.t <= to,
  ).length;
}

export function most(all: RecordedSeries[], from: number, to: number): number | undefined {
  const values = all.map((series) => highest(series, from, to)).filter((value) => value !== undefined);
  return values.length > 0 ? Math.max(...values) : undefined;
}

/** Sum over the series that have a value; undefined when none has one. */
function sumOf(
  all: RecordedSeries[],
  value: (series: RecordedSeries) => number | undefined,
): number | undefined {
  const values = all.map(value).filter((found) => found !== undefined);
  return values.length > 0 ? values.reduce((sum, each) => sum + each, 0) : undefined;
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

/** Mean of a gauge over a window of the run, summed over all its series but those of pods that were deleted before. */
export function gauge(recording: Recording, metric: string, from: number, to: number): number | undefined {
  return sumOf(present(recording, recording.find(metric), from), (series) => mean(series, from, to));
}

function present(recording: Recording, all: RecordedSeries[], at: number): RecordedSeries[] {
  return all.filter(({ labels }) => labels.pod === undefined || recording.goneAt(labels.pod) > at);
}

/** Growth of counters over a window of the run; undefined when none of them was measured in it. */
export function grown(
  recording: Recording,
  counters: RecordedSeries[],
  from: number,
  to: number,
): number | undefined {
  return sumOf(counters, (series) =>
    recording.isGrowthKnown(series, from, to) ? increase(series, from, to) : undefined,
  );
}

/** Growth of a counter over a window of the run, summed over all its series. */
export function growth(
  recording: Recording,
  metric: string,
  from: number,
  to: number,
  labels: SeriesLabels = {},
): number | undefined {
  return grown(recording, recording.find(metric, labels), from, to);
}
