import { openSync, readSync } from 'node:fs';

/** Node 22.19 and later; not in the types of Node 20. */
type WithThreadCpu = typeof process & { threadCpuUsage?: () => NodeJS.CpuUsage };

/** CPU time that the calling thread has used, µs. Only the thread that created it may call it. */
export type ThreadCpu = () => number;

/**
 * The CPU clock of the calling thread: that of Linux, or otherwise that of Node, which on Linux moves only
 * with the kernel's ticks. Undefined where there is neither (Node 20 on macOS).
 */
export function threadCpu(path = '/proc/thread-self/schedstat'): ThreadCpu | undefined {
  return ofKernel(path) ?? ofNode();
}

function ofNode(): ThreadCpu | undefined {
  const { threadCpuUsage } = process as WithThreadCpu;
  if (!threadCpuUsage) return undefined;
  return () => {
    const { user, system } = threadCpuUsage.call(process);
    return user + system;
  };
}

/**
 * schedstat begins with the thread's time on a CPU, ns (sched-stats.rst), which stays 0 where the kernel
 * keeps none.
 */
function ofKernel(path: string): ThreadCpu | undefined {
  const buffer = Buffer.alloc(64);
  try {
    const file = openSync(path, 'r');
    const read = (): number => {
      // The kernel updates the thread's time for this call, and otherwise only at its ticks.
      process.cpuUsage();
      const length = readSync(file, buffer, 0, buffer.length, 0);
      return Number.parseInt(buffer.toString('latin1', 0, length), 10) / 1000;
    };
    return read() > 0 ? read : undefined;
  } catch {
    return undefined;
  }
}
