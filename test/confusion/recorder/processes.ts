import { readdirSync, readFileSync } from 'node:fs';

/**
 * The processes of a pod of this process's own local engine. They are found by their cgroup, which also holds the
 * children of a PostgreSQL and is the same after a restart of the container. Empty without limits of the kernel.
 */
export function processesOf(pod: string): number[] {
  const own = new RegExp(`/backend-under-load-lab-${process.pid}-[0-9a-f]+(\\.scope)?/${pod}$`, 'm');
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && own.test(readOrEmpty(`/proc/${name}/cgroup`)))
    .map(Number);
}

/** Sends a signal to all of them. A process may end at any moment. */
export function signalPod(pod: string, signal: NodeJS.Signals): number {
  const pids = processesOf(pod);
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  return pids.length;
}

/** The value of a `-c name=value` flag in the command of the pod's processes. */
export function flagOf(pod: string, name: string): string | undefined {
  return processesOf(pod)
    .flatMap((pid) => readOrEmpty(`/proc/${pid}/cmdline`).split('\0'))
    .filter((word) => word.startsWith(`${name}=`))
    .at(-1)
    ?.slice(name.length + 1);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
