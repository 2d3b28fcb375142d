import { Counter, Gauge, type Registry } from 'prom-client';
import { readCgroup, type CgroupUsage } from './cgroup';

const COUNTERS: [name: string, help: string, field: keyof CgroupUsage][] = [
  ['cgroup_cpu_usage_seconds_total', 'CPU time that the container used.', 'cpuSeconds'],
  ['cgroup_cpu_cfs_periods_total', 'Scheduling periods in which the container wanted to run.', 'periods'],
  ['cgroup_cpu_cfs_throttled_periods_total', 'Periods in which it was throttled.', 'throttledPeriods'],
  ['cgroup_cpu_cfs_throttled_seconds_total', 'Time for which it was throttled.', 'throttledSeconds'],
];
const GAUGES: [name: string, help: string, field: keyof CgroupUsage][] = [
  ['cgroup_memory_usage_bytes', 'Memory charged to the container.', 'memoryBytes'],
  ['cgroup_memory_working_set_bytes', 'Memory as the kubelet counts it for the limit.', 'workingSetBytes'],
];

/**
 * The container's own view of what cAdvisor reports: the same kernel counters, but as they are at the scrape.
 * A kubelet refreshes its own only every ten to twenty seconds.
 */
export function addCgroupMetrics(registry: Registry, read: () => CgroupUsage = readCgroup): void {
  const known = read();
  const registers = [registry];
  const usage = oncePerScrape(read);
  for (const [name, help, field] of COUNTERS) {
    const collect = function (this: Counter): void {
      this.reset();
      this.inc(usage()[field] ?? 0);
    };
    if (known[field] !== undefined) new Counter({ name, help, registers, collect });
  }
  for (const [name, help, field] of GAUGES) {
    const collect = function (this: Gauge): void {
      this.set(usage()[field] ?? 0);
    };
    if (known[field] !== undefined) new Gauge({ name, help, registers, collect });
  }
}

/** Reads once per scrape, because all metrics of a scrape are collected in one turn of the event loop. */
function oncePerScrape(read: () => CgroupUsage): () => CgroupUsage {
  let usage: CgroupUsage | undefined;
  return () => {
    if (!usage) setImmediate(() => (usage = undefined));
    return (usage ??= read());
  };
}
