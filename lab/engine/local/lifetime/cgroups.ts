import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { realFiles, unless, type Files } from './files';
import { sendKill } from './processes';

/** Name of a run's cgroup directories. The lab creates, writes and removes only these. */
export function cgroupName(runId: string): string {
  return `backend-under-load-${runId}`;
}

/** SIGKILLs every process in a cgroup and below it. */
export function killCgroup(path: string, files: Files = realFiles): void {
  for (const directory of subtree(path, files)) {
    for (const pid of pids(directory, files)) sendKill(pid);
  }
}

/**
 * Kills the processes in a cgroup until it is empty, then removes it with everything below.
 * @returns false when something was left at the deadline.
 */
export async function removeCgroup(
  path: string,
  deadlineMs: number,
  files: Files = realFiles,
): Promise<boolean> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    killCgroup(path, files);
    if (
      subtree(path, files)
        .reverse()
        .every((directory) => removed(directory, files))
    )
      return true;
    if (performance.now() > deadline) return false;
    await sleep(5);
  }
}

function removed(directory: string, files: Files): boolean {
  const remove = () => {
    files.rmdir(directory);
    return true;
  };
  return unless(['EBUSY'], () => unless(['ENOENT'], remove, true), false);
}

/** The directory and all directories below it, parents first. */
function subtree(path: string, files: Files): string[] {
  const children = unless(['ENOENT'], () => files.directories(path), undefined);
  return children === undefined
    ? []
    : [path, ...children.flatMap((name) => subtree(join(path, name), files))];
}

/** The processes in a cgroup that are visible from this pid namespace. */
export function pids(directory: string, files: Files): number[] {
  const text = unless(['ENOENT', 'ENODEV'], () => files.read(join(directory, 'cgroup.procs')), '');
  // Pid 0 stands for a process outside this pid namespace, which does not belong to the lab.
  return text.split('\n').map(Number).filter(Boolean);
}
