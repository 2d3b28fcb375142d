import { dirname, join } from 'node:path';
import { LabError } from '../../../model/errors';
import type { LimitsInfo } from '../../../model/events';
import { killCgroup, removeCgroup } from '../lifetime/cgroups';
import type { Files } from '../lifetime/files';
import { comeBack } from '../lifetime/leaf-cgroup';
import type { Lifetime } from '../lifetime/lifetime';
import { BaseCage, checkSpec } from './base-cage';
import { enforce, quotaMicros, PERIOD_MICROS, wholePages, type Setting } from './cgroup-files';
import type { Wrapper } from './launch';
import type { Cage, CageSpec, CageUsage, Limiter } from './limits';

/** What the kernel counts; the limits are added from the cage's own specification. */
export type KernelUsage = Omit<CageUsage, 'cpuQuotaMicros' | 'cpuPeriodMicros' | 'memoryLimitBytes'>;

/** The run's subtree in one version of cgroups: where it is, and how limits and counters are written there. */
export interface Hierarchy {
  files: Files;
  /** The run's own directories, which are there already. */
  tops: string[];
  settings(cage: string, limits: { quotaMicros?: number; memoryBytes?: number }): Setting[];
  usage(cage: string): KernelUsage;
  /** Where a process has to be started by someone else to be allowed into a cage: by whom, and when it is ready. */
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
    const limits = {
      quotaMicros: spec.cpuLimitMillicores && quotaMicros(spec.cpuLimitMillicores),
      memoryBytes: spec.memoryLimitBytes && wholePages(spec.memoryLimitBytes),
    };
    for (const top of tops) files.mkdir(join(top, spec.name));
    enforce(files, this.hierarchy.settings(spec.name, limits));
    const cage = new CgroupCage(spec.name, this.lifetime, this.hierarchy, {
      cpuQuotaMicros: limits.quotaMicros ?? 0,
      cpuPeriodMicros: PERIOD_MICROS,
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

/** Removes the run's directories; whoever made way for them comes back. */
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
    `processes in ${path} survive SIGKILL for ${REMOVAL_MS / 1000} s`,
    'environment',
    'They wait in the kernel, usually for a disk; see the D state in "ps". Run "lab clean" later.',
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
