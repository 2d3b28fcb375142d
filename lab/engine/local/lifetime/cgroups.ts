import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { realFiles, unless, type Files } from './files';
import { sendKill } from './processes';

/** Name of the only cgroup directories that the lab makes, writes to and removes. */
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
 * Kills what is in a cgroup until it is empty, then removes it with everything below.
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

/** The directory and all below it, parents first. */
function subtree(path: string, files: Files): string[] {
  const children = unless(['ENOENT'], () => files.directories(path), undefined);
  return children === undefined
    ? []
    : [path, ...children.flatMap((name) => subtree(join(path, name), files))];
}

/** The processes in a cgroup, as far as they are visible from here. */
export function pids(directory: string, files: Files): number[] {
  const text = unless(['ENOENT', 'ENODEV'], () => files.read(join(directory, 'cgroup.procs')), '');
  // A pid of 0 stands for a process outside our pid namespace, which is not ours.
  return text.split('\n').map(Number).filter(Boolean);
}
