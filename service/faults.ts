/** How hard each failing route hits. Only this file knows whether faults are on. */
export interface Faults {
  /** CPU time of a task, µs. */
  cpuMicros(complexity: number): number;
  memoryBytes(megabytes: number): number;
  retainsMemory: boolean;
  /** Downstream calls of one request at once. */
  downstreamConcurrency: number;
  queries(requested: number): number;
  queryMs: number;
  /** The wait for each second that a request asks of /api/slow. */
  waitMs: number;
}

/**
 * With faults off, the routes make the same calls at a negligible cost. Such a run shows what the lab itself
 * adds.
 */
export function faults(config: {
  faultsEnabled: boolean;
  cpuMicrosPerComplexity: number;
  retainedKibibytesPerMegabyte: number;
  queryMs: number;
}): Faults {
  if (!config.faultsEnabled) return NEGLIGIBLE;
  return {
    cpuMicros: (complexity) => complexity * config.cpuMicrosPerComplexity,
    memoryBytes: (megabytes) => megabytes * config.retainedKibibytesPerMegabyte * 2 ** 10,
    retainsMemory: true,
    downstreamConcurrency: Infinity,
    queries: (requested) => requested,
    queryMs: config.queryMs,
    waitMs: 1000,
  };
}

const NEGLIGIBLE: Faults = {
  cpuMicros: () => 1,
  memoryBytes: (megabytes) => megabytes * 2 ** 10,
  retainsMemory: false,
  downstreamConcurrency: 1,
  queries: () => 1,
  queryMs: 1,
  waitMs: 1,
};
