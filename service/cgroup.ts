import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the kernel counts for the control group of this process. Values without a limit are left out. */
export interface CgroupUsage {
  cpuSeconds?: number;
  periods?: number;
  throttledPeriods?: number;
  throttledSeconds?: number;
  memoryBytes?: number;
  /** Memory in use minus what could be dropped at once, as the kubelet counts it. */
  workingSetBytes?: number;
}

/**
 * In a container, /sys/fs/cgroup is the container's own group. Elsewhere it is that of the whole machine,
 * which has no limits. Nothing is reported without a limit, so that a machine is never taken for a container.
 */
export function readCgroup(root = '/sys/fs/cgroup'): CgroupUsage {
  return readText(root, 'cgroup.controllers') === undefined ? readV1(root) : readV2(root);
}

function readV2(root: string): CgroupUsage {
  const cpu = readFields(root, 'cpu.stat');
  const limited = readText(root, 'cpu.max')?.startsWith('max') === false;
  const memory = readNumber(root, 'memory.current');
  return {
    ...(limited && {
      cpuSeconds: scaled(cpu.usage_usec, 1e-6),
      periods: cpu.nr_periods,
      throttledPeriods: cpu.nr_throttled,
      throttledSeconds: scaled(cpu.throttled_usec, 1e-6),
    }),
    ...(readNumber(root, 'memory.max') !== undefined &&
      memoryOf(memory, readFields(root, 'memory.stat').inactive_file)),
  };
}

function readV1(root: string): CgroupUsage {
  const cpu = readFields(root, 'cpu/cpu.stat');
  const limited = (readNumber(root, 'cpu/cpu.cfs_quota_us') ?? -1) > 0;
  const memory = readNumber(root, 'memory/memory.usage_in_bytes');
  const limit = readNumber(root, 'memory/memory.limit_in_bytes') ?? Infinity;
  return {
    ...(limited && {
      cpuSeconds: scaled(readNumber(root, 'cpuacct/cpuacct.usage'), 1e-9),
      periods: cpu.nr_periods,
      throttledPeriods: cpu.nr_throttled,
      throttledSeconds: scaled(cpu.throttled_time, 1e-9),
    }),
    ...(limit < NO_LIMIT_V1 && memoryOf(memory, readFields(root, 'memory/memory.stat').total_inactive_file)),
  };
}

/** Version 1 writes "no limit" as the largest multiple of a page, about 2^63. */
const NO_LIMIT_V1 = 2 ** 60;

function memoryOf(memoryBytes: number | undefined, inactive = 0): CgroupUsage {
  return memoryBytes === undefined
    ? {}
    : { memoryBytes, workingSetBytes: Math.max(0, memoryBytes - inactive) };
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

function readFields(root: string, file: string): Record<string, number | undefined> {
  const lines = readText(root, file)?.split('\n') ?? [];
  return Object.fromEntries(lines.map((line) => line.split(' ')).map(([key, value]) => [key, Number(value)]));
}

/** Undefined for a missing file and for "max". */
function readNumber(root: string, file: string): number | undefined {
  const number = Number.parseInt(readText(root, file) ?? '', 10);
  return Number.isNaN(number) ? undefined : number;
}

function readText(root: string, file: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return undefined;
  }
}
