import { join } from 'node:path';
import { LabError } from '../../../model/errors';
import { cgroupName } from '../lifetime/cgroups';
import type { Files } from '../lifetime/files';
import type { Lifetime } from '../lifetime/lifetime';
import { ADVICE } from './advice';
import { PERIOD_MICROS, readIfAny, readKeyed, readNumber } from './cgroup-files';
import { removeTops, type Hierarchy } from './cgroup-limiter';
import { mountOf, ownCgroup, type CgroupPlace } from './cgroup-mounts';

const CONTROLLERS = ['cpu', 'cpuacct', 'memory'] as const;
type Tops = Record<(typeof CONTROLLERS)[number], string>;

/**
 * Creates the run's cgroup in each v1 hierarchy, below the lab's own, so that limits on the lab still apply.
 * @throws an error that says why cgroup v1 cannot be used
 */
export async function openCgroupV1(lifetime: Lifetime, files: Files): Promise<Hierarchy> {
  const tops = topsOf(files, cgroupName(lifetime.runId));
  const hierarchy = { files, tops: [...new Set(Object.values(tops))], ...accounting(files, tops) };
  try {
    for (const top of hierarchy.tops) {
      lifetime.trackCgroup(top);
      files.mkdir(top);
    }
    inherit(files, tops.memory);
  } catch (error) {
    await removeTops(files, hierarchy.tops, lifetime);
    throw error;
  }
  return hierarchy;
}

/** @throws LabError (environment) when one of the hierarchies is not mounted or is read-only */
function topsOf(files: Files, name: string): Tops {
  const places = CONTROLLERS.map((controller) => ({ controller, place: ownCgroup(files, controller) }));
  const missing = places.filter(({ place }) => !place).map(({ controller }) => controller);
  if (missing.length > 0) {
    const hint = hintForMissing(files, missing);
    throw new LabError(`cgroup v1 is not mounted for ${missing.join(', ')}`, 'environment', hint);
  }
  const closed = places.find(({ place }) => place?.readOnly)?.place?.mount;
  if (closed) throw new LabError(`${closed} is mounted read-only`, 'environment', ADVICE.containerV1);
  return Object.fromEntries(
    places.map(({ controller, place }) => [controller, join((place as CgroupPlace).own, name)]),
  ) as Tops;
}

function hintForMissing(files: Files, missing: string[]): string {
  const unified = mountOf(files, '');
  const onV2 = unified && (readIfAny(files, join(unified.point, 'cgroup.controllers')) ?? '').split(/\s/);
  if (missing.length === CONTROLLERS.length) return onV2 ? ADVICE.onV2 : ADVICE.mount;
  return missing.some((controller) => onV2?.includes(controller)) ? ADVICE.unified : ADVICE.memory;
}

/**
 * Makes a cgroup count its children's memory. Newer kernels always do; they lack this file or accept only 1.
 */
function inherit(files: Files, top: string): void {
  const file = join(top, 'memory.use_hierarchy');
  if (readNumber(files, file) === 0) files.write(file, '1');
}

/** See the kernel's Documentation/admin-guide/cgroup-v1/{cpuacct,memory}.rst and scheduler/sched-bwc.rst. */
function accounting(files: Files, tops: Tops): Pick<Hierarchy, 'settings' | 'usage'> {
  return {
    settings(cage, { quotaMicros, shares, memoryBytes }) {
      const [cpu, memory] = [join(tops.cpu, cage), join(tops.memory, cage)];
      const ofCpu =
        quotaMicros === undefined
          ? []
          : [
              { directory: cpu, file: 'cpu.cfs_period_us', value: String(PERIOD_MICROS) },
              { directory: cpu, file: 'cpu.cfs_quota_us', value: String(quotaMicros) },
            ];
      const ofRequest =
        shares === undefined ? [] : [{ directory: cpu, file: 'cpu.shares', value: String(shares) }];
      const ofMemory =
        memoryBytes === undefined
          ? []
          : [
              { directory: memory, file: 'memory.limit_in_bytes', value: String(memoryBytes) },
              // Limits memory and swap together, so there is no swap on top of the limit. Needs swap
              // accounting.
              {
                directory: memory,
                file: 'memory.memsw.limit_in_bytes',
                value: String(memoryBytes),
                optional: true,
              },
              { directory: memory, file: 'memory.swappiness', value: '0', optional: true },
            ];
      return [...ofCpu, ...ofRequest, ...ofMemory];
    },
    usage(cage) {
      const memory = join(tops.memory, cage);
      const cpu = readKeyed(files, join(tops.cpu, cage, 'cpu.stat'));
      const stat = readKeyed(files, join(memory, 'memory.stat'));
      const usageBytes = readNumber(files, join(memory, 'memory.usage_in_bytes'));
      return {
        cpuSeconds: readNumber(files, join(tops.cpuacct, cage, 'cpuacct.usage')) / 1e9,
        periods: cpu('nr_periods'),
        throttledPeriods: cpu('nr_throttled'),
        throttledSeconds: cpu('throttled_time') / 1e9,
        usageBytes,
        workingSetBytes: Math.max(0, usageBytes - stat('total_inactive_file')),
        rssBytes: stat('total_rss'),
        oomKills: readKeyed(files, join(memory, 'memory.oom_control'))('oom_kill'),
      };
    },
  };
}
