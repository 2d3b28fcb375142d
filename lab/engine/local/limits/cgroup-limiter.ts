import { dirname, join } from 'node:path';
import { LabError } from '../../../model/errors';
import type { LimitsInfo } from '../../../model/events';
import { killCgroup, removeCgroup } from '../lifetime/cgroups';
import type { Files } from '../lifetime/files';
import { comeBack } from '../lifetime/leaf-cgroup';
import type { Lifetime } from '../lifetime/lifetime';
import { BaseCage, checkSpec } from './base-cage';
import { enforce, quotaMicros, PERIOD_MICROS, sharesOf, wholePages, type Setting } from './cgroup-files';
import type { Wrapper } from './launch';
import type { Cage, CageSpec, CageUsage, Limiter } from './limits';

/** The usage that the kernel counts. The limits are added from the cage's specification. */
export type KernelUsage = Omit<
  CageUsage,
  'cpuQuotaMicros' | 'cpuPeriodMicros' | 'cpuShares' | 'memoryLimitBytes'
>;

/** The limits of a cage in the kernel's units. */
export interface KernelLimits {
  quotaMicros?: number;
  shares?: number;
  memoryBytes?: number;
}

/** The run's subtree in one cgroup version: its location and the format of its limits and counters. */
export interface Hierarchy {
  files: Files;
  /** The run's own directories. They already exist. */
  tops: string[];
  settings(cage: string, limits: KernelLimits): Setting[];
  usage(cage: string): KernelUsage;
  /**
   * If a process may only enter a cage when another program starts it: that program, and when the process is
   * ready.
   */
  sponsor?(): { wrapper: Wrapper; ready(pid: number): Promise<void> };
}

/** Longest wait for a cgroup to become empty after SIGKILL, ms. */
const REMOVAL_MS = 5_000;

export class CgroupLimiter implements Limiter {
  private readonly cages = new Map<string, Cage>();

  constructor(
    readonly info: LimitsInfo,
    private readonly hierarchy: Hierarchy,
    private readonly lifetime: Lifetime,
  ) {}

  async create(spec: CageSpec): Promise<Cage> {
    checkSpec(spec);
    const { files, tops } = this.hierarchy;
    const limits: KernelLimits = {
      ...(spec.cpuRequestMillicores !== undefined && { shares: sharesOf(spec.cpuRequestMillicores) }),
      quotaMicros: spec.cpuLimitMillicores && quotaMicros(spec.cpuLimitMillicores),
      memoryBytes: spec.memoryLimitBytes && wholePages(spec.memoryLimitBytes),
    };
    for (const top of tops) files.mkdir(join(top, spec.name));
    enforce(files, this.hierarchy.settings(spec.name, limits));
    const cage = new CgroupCage(spec.name, this.lifetime, this.hierarchy, {
      cpuQuotaMicros: limits.quotaMicros ?? 0,
      cpuPeriodMicros: PERIOD_MICROS,
      ...(limits.shares !== undefined && { cpuShares: limits.shares }),
      memoryLimitBytes: limits.memoryBytes ?? 0,
    });
    this.cages.set(spec.name, cage);
    return cage;
  }

  async close(): Promise<void> {
    await Promise.all([...this.cages.values()].map((cage) => cage.remove()));
    await removeTops(this.hierarchy.files, this.hierarchy.tops, this.lifetime);
  }
}

/** Removes the run's directories and moves back the processes that made way for them. */
export async function removeTops(files: Files, tops: string[], lifetime: Lifetime): Promise<void> {
  for (const top of tops) {
    await removeOrThrow(top, files);
    await comeBack(files, dirname(top));
    lifetime.untrackCgroup(top);
  }
}

async function removeOrThrow(path: string, files: Files): Promise<void> {
  if (await removeCgroup(path, REMOVAL_MS, files)) return;
  throw new LabError(
    `processes in ${path} are still there ${REMOVAL_MS / 1000} s after SIGKILL`,
    'environment',
    'They wait in the kernel, usually for a disk (state D in "ps"). Run "npx lab clean" later.',
  );
}

class CgroupCage extends BaseCage {
  private readonly directories: string[];

  constructor(
    name: string,
    lifetime: Lifetime,
    private readonly hierarchy: Hierarchy,
    private readonly limits: Omit<CageUsage, keyof KernelUsage>,
  ) {
    super(name, lifetime);
    this.directories = hierarchy.tops.map((top) => join(top, name));
  }

  usage(): CageUsage {
    return { ...this.hierarchy.usage(this.name), ...this.limits };
  }

  killAll(): void {
    for (const directory of this.directories) killCgroup(directory, this.hierarchy.files);
  }

  protected entrance() {
    const sponsor = this.hierarchy.sponsor?.();
    const admit = async (pid: number) => {
      await sponsor?.ready(pid);
      for (const directory of this.directories) {
        this.hierarchy.files.write(join(directory, 'cgroup.procs'), String(pid));
      }
    };
    return { wrapper: sponsor?.wrapper, admit };
  }

  protected async clear(): Promise<void> {
    for (const directory of this.directories) await removeOrThrow(directory, this.hierarchy.files);
  }
}
