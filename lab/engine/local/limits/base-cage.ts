import type { ChildProcess } from 'node:child_process';
import { LabError } from '../../../model/errors';
import type { Lifetime } from '../lifetime/lifetime';
import { RUN_MARKER } from '../lifetime/processes';
import { launch, type Wrapper } from './launch';
import type { Cage, CageSpec, CageUsage, SpawnSpec } from './limits';

/** @throws LabError (usage) for a cage that no limits mode can create */
export function checkSpec({
  name,
  cpuLimitMillicores: cpu = 10,
  memoryLimitBytes: memory = 2 ** 20,
}: CageSpec): void {
  const wrong = (what: string, allowed: string) => new LabError(`cage "${name}": ${what}`, 'usage', allowed);
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(name)) throw wrong('not a name', 'Use a-z, 0-9, "." and "-".');
  if (!Number.isInteger(cpu) || cpu < 10)
    throw wrong(`cpuLimitMillicores ${cpu}`, 'Use a whole number of at least 10.');
  if (memory < 2 ** 20) throw wrong(`memoryLimitBytes ${memory}`, 'Use at least 1 MiB (1048576).');
}

/**
 * What all cages have in common: they record each process they start, and leave nothing alive after the last
 * one.
 */
export abstract class BaseCage implements Cage {
  protected readonly leaders = new Map<number, ChildProcess>();
  private removal?: Promise<void>;

  constructor(
    readonly name: string,
    protected readonly lifetime: Lifetime,
  ) {}

  abstract usage(): CageUsage;
  abstract killAll(): void;
  /** How a process gets its limits: the command that starts it, and what is done before it may begin. */
  protected abstract entrance(): { wrapper?: Wrapper; admit(pid: number): void | Promise<void> };
  protected abstract clear(): Promise<void>;

  async spawn(spec: SpawnSpec): Promise<ChildProcess> {
    if (this.removal) throw new LabError(`the cage ${this.name} has been removed`, 'environment');
    const env = { ...spec.env, [RUN_MARKER]: this.lifetime.runId };
    const { wrapper, admit } = this.entrance();
    const enter = (pid: number, child: ChildProcess) => {
      this.enlist(pid, child);
      return admit(pid);
    };
    return launch({ ...spec, env }, enter, wrapper);
  }

  remove(): Promise<void> {
    this.removal ??= this.clear();
    return this.removal;
  }

  private enlist(pid: number, child: ChildProcess): void {
    this.lifetime.trackGroup(pid);
    this.leaders.set(pid, child);
    child.once('exit', () => {
      this.leaders.delete(pid);
      this.lifetime.untrackGroup(pid);
      // As in a container, the end of the first process ends the others.
      if (this.leaders.size === 0) this.killAll();
    });
  }
}
