import { dirname, join } from 'node:path';
import { EXIT, LabError } from '../../../errors';
import { cgroupName } from '../lifetime/cgroups';
import type { Files } from '../lifetime/files';
import type { Lifetime } from '../lifetime/lifetime';
import { PERIOD_MICROS, readIfAny, readKeyed, readNumber } from './cgroup-files';
import { removeTops, type Hierarchy } from './cgroup-limiter';
import { ownCgroup } from './cgroup-mounts';

const CONTROLLERS = ['cpu', 'memory'];

/**
 * Makes the run's cgroup below the nearest cgroup around the lab that lets us and that gives its children
 * both controllers. The lab's own seldom does: a cgroup with processes in it has no children with
 * controllers (the "no internal processes" rule of cgroups(7)), and the lab changes none but its own.
 * @throws LabError (exit code 4) that says why not, cgroup by cgroup
 */
export async function openCgroupV2(lifetime: Lifetime, files: Files): Promise<Hierarchy> {
  const place = ownCgroup(files, '');
  if (!place) throw new LabError('cgroup v2 is not mounted', EXIT.environment);
  const reasons: string[] = [];
  for (const parent of upwards(place.own, place.mount)) {
    const top = join(parent, cgroupName(lifetime.runId));
    try {
      requireControllers(files, parent, 'cgroup.subtree_control');
      lifetime.trackCgroup(top);
      files.mkdir(top);
      enableControllers(files, top);
      return v2Hierarchy(files, top);
    } catch (error) {
      reasons.push((error as Error).message);
      await removeTops(files, [top], lifetime);
    }
  }
  throw new LabError(`no cgroup v2 to work in: ${reasons.join('; ')}`, EXIT.environment);
}

/** Turns the controllers on for the cages in a directory that holds no processes itself. */
export function enableControllers(files: Files, top: string): void {
  requireControllers(files, top, 'cgroup.controllers');
  files.write(join(top, 'cgroup.subtree_control'), CONTROLLERS.map((name) => `+${name}`).join(' '));
  requireControllers(files, top, 'cgroup.subtree_control');
}

function requireControllers(files: Files, directory: string, file: string): void {
  const path = join(directory, file);
  const found = (readIfAny(files, path) ?? '').trim().split(' ');
  if (CONTROLLERS.every((name) => found.includes(name))) return;
  throw new LabError(`${path} lacks "cpu" or "memory": it holds "${found.join(' ')}"`, EXIT.environment);
}

function upwards(from: string, mount: string): string[] {
  return from === mount || dirname(from) === from ? [from] : [from, ...upwards(dirname(from), mount)];
}

/** See the kernel's Documentation/admin-guide/cgroup-v2.rst. */
export function v2Hierarchy(files: Files, top: string): Hierarchy {
  return {
    files,
    tops: [top],
    settings(cage, { quotaMicros, memoryBytes }) {
      const directory = join(top, cage);
      const ofCpu =
        quotaMicros === undefined
          ? []
          : [{ directory, file: 'cpu.max', value: `${quotaMicros} ${PERIOD_MICROS}` }];
      const ofMemory =
        memoryBytes === undefined
          ? []
          : [
              { directory, file: 'memory.max', value: String(memoryBytes) },
              { directory, file: 'memory.swap.max', value: '0', optional: true },
              // As the kubelet sets it: out of memory ends the whole container, not one process of it.
              { directory, file: 'memory.oom.group', value: '1', optional: true },
            ];
      return [...ofCpu, ...ofMemory];
    },
    usage(cage) {
      const directory = join(top, cage);
      const cpu = readKeyed(files, join(directory, 'cpu.stat'));
      const stat = readKeyed(files, join(directory, 'memory.stat'));
      const usageBytes = readNumber(files, join(directory, 'memory.current'));
      return {
        cpuSeconds: cpu('usage_usec') / 1e6,
        periods: cpu('nr_periods'),
        throttledPeriods: cpu('nr_throttled'),
        throttledSeconds: cpu('throttled_usec') / 1e6,
        usageBytes,
        workingSetBytes: Math.max(0, usageBytes - stat('inactive_file')),
        rssBytes: stat('anon'),
        oomKills: readKeyed(files, join(directory, 'memory.events'))('oom_kill'),
      };
    },
  };
}
