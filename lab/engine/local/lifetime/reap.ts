import { rmSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import { cgroupName, removeCgroup } from './cgroups';
import { realFiles } from './files';
import { comeBack } from './leaf-cgroup';
import { killRun } from './processes';
import { removeSharedMemory } from './shared-memory';
import { isOfThisBoot, type RunState } from './state';

/** What was removed of a run. */
export interface Reaped {
  runId: string;
  /** Number of processes killed. */
  processes: number;
  /** Number of cgroups removed, one per hierarchy of the kernel. */
  cgroups: number;
}

/** Longest wait for processes to die, and then for each of their cgroups to be gone, ms. */
const DEADLINE_MS = 2_000;

/**
 * Kills and removes everything that a run left behind, its folder last. Safe to run twice, also at the same
 * time.
 */
export async function reap(folder: string, state: RunState): Promise<Reaped> {
  const removed: Reaped = { runId: state.runId, processes: 0, cgroups: 0 };
  if (isOfThisBoot(state)) {
    removed.processes = await killRun(state.runId, state.groups, DEADLINE_MS);
    for (const path of state.cgroups.filter((path) => isOwnCgroup(state.runId, path))) {
      // If a cgroup cannot be removed, keep the folder so that the next clean-up tries again.
      if (!(await removeCgroup(path, DEADLINE_MS))) return removed;
      await comeBack(realFiles, dirname(path));
      removed.cgroups++;
    }
    removeSharedMemory(folder);
  }
  rmSync(folder, { recursive: true, force: true });
  return removed;
}

/** Whatever a state file says, nothing outside the run's own cgroups is touched. */
function isOwnCgroup(runId: string, path: string): boolean {
  const name = cgroupName(runId);
  return path.startsWith(sep) && path.split(sep).some((part) => part === name || part === `${name}.scope`);
}
