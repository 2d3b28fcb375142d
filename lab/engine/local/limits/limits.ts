import type { ChildProcess } from 'node:child_process';
import type { LimitsInfo } from '../../../model/events';

/** The limits of one container. A missing limit does not apply. */
export interface CageSpec {
  /** Unique among the cages of a limiter, [a-z0-9-], e.g. "backend-7d4f-1". */
  name: string;
  /** Thousandths of a core, at least 10. */
  cpuLimitMillicores?: number;
  /**
   * Thousandths of a core that the container asks for: its share when the cages together want more CPU than
   * there is. Left out: the kernel's default share.
   */
  cpuRequestMillicores?: number;
  memoryLimitBytes?: number;
}

/**
 * What a cage has used since it was created. Times in seconds and sizes in bytes, unless the name says
 * otherwise.
 */
export interface CageUsage {
  cpuSeconds: number;
  /** Enforcement periods in which the cage wanted CPU. */
  periods: number;
  throttledPeriods: number;
  throttledSeconds: number;
  usageBytes: number;
  /** usageBytes without the file cache that the kernel could drop, as cAdvisor calculates it. */
  workingSetBytes: number;
  rssBytes: number;
  /** Processes killed for exceeding memoryLimitBytes. */
  oomKills: number;
  /** 0 without a CPU limit. */
  cpuQuotaMicros: number;
  cpuPeriodMicros: number;
  /** The shares that the kernel holds for the CPU request; undefined without one, or if limits are emulated. */
  cpuShares?: number;
  /** 0 without a memory limit. */
  memoryLimitBytes: number;
}

export interface SpawnSpec {
  /** Program and arguments. A shell never parses them. */
  command: string[];
  env: Record<string, string>;
  cwd: string;
  uid?: number;
  gid?: number;
}

/** One cage per container. Processes come and go in it (restarts). */
export interface Cage {
  /**
   * Starts a process as leader of its own process group. The limits apply from its first instruction on.
   * stdout and stderr are pipes; stdin is empty.
   */
  spawn(spec: SpawnSpec): Promise<ChildProcess>;
  /** Synchronous and cheap: reads a few small files at most. */
  usage(): CageUsage;
  /** Sends SIGKILL to everything in the cage. */
  killAll(): void;
  /** Kills everything, waits until the cage is empty and removes it. Idempotent. */
  remove(): Promise<void>;
}

export interface Limiter {
  readonly info: LimitsInfo;
  create(spec: CageSpec): Promise<Cage>;
  /** Removes all remaining cages, and ends the lifetime if the limiter opened it itself. */
  close(): Promise<void>;
}
