import { highest, increase, type Labels, mean, type Recording, type Series } from '../../telemetry/recording';
import type { Signal } from './signal';

const cpuUsage: Signal = {
  name: 'cpu_usage',
  title: 'CPU used',
  unit: 'cores',
  over: (recording, { app }, from, to) =>
    sumOf(containers(recording, 'container_cpu_usage_seconds_total', app), (series) =>
      increase(series, from, to),
    )((total) => (total * 1000) / (to - from)),
};

const cpuLimitShare: Signal = {
  name: 'cpu_limit_share',
  title: 'CPU used, as a share of its limit',
  unit: 'share',
  over(recording, subject, from, to) {
    const used = cpuUsage.over(recording, subject, from, to);
    const limit = limitOf(recording, subject.app, 'cpu', to);
    return used !== undefined && limit ? used / limit : undefined;
  },
};

const throttledShare: Signal = {
  name: 'cpu_throttled_share',
  title: 'share of scheduling periods in which the CPU was throttled',
  unit: 'share',
  over(recording, { app }, from, to) {
    const grown = (name: string): number =>
      containers(recording, name, app).reduce((sum, series) => sum + increase(series, from, to), 0);
    const periods = grown('container_cpu_cfs_periods_total');
    return periods > 0 ? grown('container_cpu_cfs_throttled_periods_total') / periods : undefined;
  },
};

const memory: Signal = {
  name: 'memory_working_set',
  title: 'peak memory in use',
  unit: 'bytes',
  over: (recording, { app }, from, to) =>
    most(containers(recording, 'container_memory_working_set_bytes', app), from, to),
};

/**
 * The part that must stay resident is judged against the limit: of the pod that is nearest to it.
 */
const memoryLimitShare: Signal = {
  name: 'memory_limit_share',
  title: 'peak memory in use, as a share of its limit',
  unit: 'share',
  over(recording, { app }, from, to) {
    const used = memory.over(recording, { app }, from, to);
    const limit = most(containers(recording, 'container_spec_memory_limit_bytes', app), from, to);
    return used !== undefined && limit ? used / limit : undefined;
  },
};

const memoryGrowth: Signal = {
  name: 'memory_growth',
  title: 'growth of the memory in use',
  unit: 'bytes',
  over(recording, { app }, from, to) {
    const before = most(containers(recording, 'container_memory_working_set_bytes', app), from, from + 1);
    const after = most(containers(recording, 'container_memory_working_set_bytes', app), to - 1, to);
    return before !== undefined && after !== undefined ? after - before : undefined;
  },
};

const oomKills: Signal = {
  name: 'oom_kills',
  title: 'OOM kills',
  unit: 'count',
  over: (recording, { app }, from, to) => podEvents(recording, app, 'OOMKilled', from, to),
};

/** The kernel's own count, beside the exit code that the kill is told by. */
const oomCounter: Signal = {
  name: 'oom_counter',
  title: 'OOM kills by the counter of the memory limit',
  unit: 'count',
  over: (recording, { app }, from, to) =>
    sumOf(containers(recording, 'container_oom_events_total', app), (series) => increase(series, from, to))(
      (sum) => sum,
    ),
};

const restarts: Signal = {
  name: 'restarts',
  title: 'container restarts',
  unit: 'count',
  over: (recording, { app }, from, to) =>
    sumOf(containers(recording, 'kube_pod_container_status_restarts_total', app), (series) =>
      increase(series, from, to),
    )((sum) => sum),
};

export const resourceSignals: Signal[] = [
  cpuUsage,
  cpuLimitShare,
  throttledShare,
  memory,
  memoryLimitShare,
  memoryGrowth,
  oomKills,
  oomCounter,
  restarts,
];

/** Series of one app's pods: pods are named after their app, in every engine. */
export function containers(recording: Recording, metric: string, app: string): Series[] {
  return recording
    .find(metric)
    .filter(
      ({ labels }) => labels.app === app || labels.container === app || labels.pod?.startsWith(`${app}-`),
    );
}

function limitOf(recording: Recording, app: string, resource: string, at: number): number | undefined {
  const limits = containers(recording, 'kube_pod_container_resource_limits', app);
  return sumOf(
    limits.filter(({ labels }) => labels.resource === resource),
    (series) => highest(series, 0, at) ?? 0,
  )((sum) => sum);
}

function podEvents(recording: Recording, app: string, reason: string, from: number, to: number): number {
  return recording.pods.filter(
    (event) => event.app === app && event.reason === reason && event.t > from && event.t <= to,
  ).length;
}

export function most(all: Series[], from: number, to: number): number | undefined {
  const values = all.map((series) => highest(series, from, to)).filter((value) => value !== undefined);
  return values.length > 0 ? Math.max(...values) : undefined;
}

/** Sum over series, then a last step; undefined when there is no series at all. */
function sumOf(all: Series[], value: (series: Series) => number) {
  return (finish: (sum: number) => number): number | undefined =>
    all.length > 0 ? finish(all.reduce((sum, series) => sum + value(series), 0)) : undefined;
}

/** Mean of a gauge over a part of the run, added up over all its series. */
export function gauge(recording: Recording, metric: string, from: number, to: number): number | undefined {
  return sumOf(recording.find(metric), (series) => mean(series, from, to) ?? 0)((sum) => sum);
}

/** Growth of a counter over a part of the run, added up over all its series. */
export function growth(
  recording: Recording,
  metric: string,
  from: number,
  to: number,
  labels: Labels = {},
): number | undefined {
  return sumOf(recording.find(metric, labels), (series) => increase(series, from, to))((sum) => sum);
}
