import type { ChildProcess } from 'node:child_process';
import type { LimitsInfo } from '../../../model/events';

/** The limits of one container. A limit that is left out does not apply. */
export interface CageSpec {
  /** Unique among the cages of a limiter, [a-z0-9-], e.g. "backend-7d4f-1". */
  name: string;
  /** Thousandths of a core, at least 10. */
  cpuLimitMillicores?: number;
  memoryLimitBytes?: number;
}

/** What a cage has used since it was made. All times in seconds, all sizes in bytes. */
export interface CageUsage {
  cpuSeconds: number;
  /** Enforcement periods in which the cage wanted CPU. */
  periods: number;
  throttledPeriods: number;
  throttledSeconds: number;
  usageBytes: number;
  /** usageBytes without the file cache that the kernel could drop, as cAdvisor reckons it. */
  workingSetBytes: number;
  rssBytes: number;
  /** Processes killed for exceeding memoryLimitBytes. */
  oomKills: number;
  /** 0 without a CPU limit. */
  cpuQuotaMicros: number;
  cpuPeriodMicros: number;
  /** 0 without a memory limit. */
  memoryLimitBytes: number;
}

export interface SpawnSpec {
  /** Program and arguments; never seen by a shell as text. */
  command: string[];
  env: Record<string, string>;
  cwd: string;
  uid?: number;
  gid?: number;
}

/** One cage per container; processes come and go in it (restarts). */
export interface Cage {
  /**
   * Starts a process inside the limits from its first instruction on, as leader of its own process group.
   * stdout and stderr are pipes; stdin is at its end.
   */
  spawn(spec: SpawnSpec): Promise<ChildProcess>;
  /** Synchronous and cheap: a few small files at most. */
  usage(): CageUsage;
  /** SIGKILL to everything in it. */
  killAll(): void;
  /** Kills, waits until the cage is empty, removes it; idempotent. */
  remove(): Promise<void>;
}

export interface Limiter {
  readonly info: LimitsInfo;
  create(spec: CageSpec): Promise<Cage>;
  /** Removes all cages that are left, and ends the lifetime if the limiter opened it itself. */
  close(): Promise<void>;
}
