import { dirname, join } from 'node:path';
import { LabError } from '../../../model/errors';
import { cgroupName } from '../lifetime/cgroups';
import type { Files } from '../lifetime/files';
import { makeWay } from '../lifetime/leaf-cgroup';
import type { Lifetime } from '../lifetime/lifetime';
import { ADVICE, delegate, giveControllers } from './advice';
import { PERIOD_MICROS, readIfAny, readKeyed, readNumber, weightOf } from './cgroup-files';
import { removeTops, type Hierarchy } from './cgroup-limiter';
import { mountOf, ownCgroup, type CgroupPlace } from './cgroup-mounts';

const CONTROLLERS = ['cpu', 'memory'];

/** Error codes that mean that an ordinary user lacks the rights to write limits. */
const DENIED = ['EACCES', 'EPERM'];

/**
 * Creates the run's cgroup below the nearest ancestor of the lab that is writable and gives its children both
 * controllers. The lab's own cgroup rarely does, because it contains processes. If no ancestor can be used,
 * as in a container or a delegated subtree, the lab's own cgroup is used, and all processes in it are moved
 * aside.
 * @throws LabError (environment) that says why not, for each cgroup
 */
export async function openCgroupV2(lifetime: Lifetime, files: Files): Promise<Hierarchy> {
  const place = unifiedPlace(files);
  const errors: NodeJS.ErrnoException[] = [];
  const above = upwards(place.own, place.mount).map((parent) => ({ parent, prepare: () => undefined }));
  const last = { parent: place.own, prepare: () => giveFromOwn(files, place.own) };
  for (const { parent, prepare } of [...above, last]) {
    const top = join(parent, cgroupName(lifetime.runId));
    try {
      await prepare();
      requireControllers(files, parent, 'cgroup.subtree_control');
      lifetime.trackCgroup(top);
      files.mkdir(top);
      enableControllers(files, top);
      return v2Hierarchy(files, top);
    } catch (error) {
      errors.push(error as Error);
      await removeTops(files, [top], lifetime);
    }
  }
  throw new LabError(
    `no usable cgroup v2: ${[...new Set(errors.map(({ message }) => message))].join('; ')}`,
    'environment',
    adviceFor(files, place, errors),
  );
}

/**
 * The place of the lab in a cgroup v2 hierarchy that can limit CPU and memory.
 * @throws LabError (environment) that says why there is none, and how to change it
 */
export function unifiedPlace(files: Files): CgroupPlace {
  const place = ownCgroup(files, '');
  const no = (reason: string, hint?: string) => new LabError(reason, 'environment', hint);
  if (!place) {
    throw no('cgroup v2 is not mounted', mountOf(files, 'memory') ? ADVICE.unified : ADVICE.mount);
  }
  const missing = missingControllers(files, place.mount, 'cgroup.controllers').missing;
  const byV1 = missing.filter((name) => mountOf(files, name) !== undefined);
  if (byV1.length > 0) {
    const names = byV1.join(' and ');
    throw no(
      `the cgroup v2 at ${place.mount} cannot limit ${names}: this host uses cgroup v1 for that`,
      ADVICE.unified,
    );
  }
  if (missing.includes('memory') && isRoot(files, place.mount)) {
    throw no(`the kernel offers no memory limits: ${place.mount}/cgroup.controllers`, ADVICE.memory);
  }
  if (place.readOnly) throw no(`${place.mount} is mounted read-only`, ADVICE.container);
  return place;
}

/** Makes the lab's own cgroup pass its controllers on to its children. */
async function giveFromOwn(files: Files, own: string): Promise<void> {
  requireControllers(files, own, 'cgroup.controllers');
  const type = typeOf(files, own);
  if (type !== 'domain') throw new LabError(`${own} is "${type}" and can only limit CPU`, 'environment');
  if (isRoot(files, own)) {
    throw new LabError(`${own} is the machine's root cgroup, which the lab does not change`, 'environment');
  }
  await makeWay(files, own);
  enableControllers(files, own);
}

/** Whether a directory is the root of the whole hierarchy. Only the root has no type. */
function isRoot(files: Files, directory: string): boolean {
  return readIfAny(files, join(directory, 'cgroup.type')) === undefined;
}

function adviceFor(files: Files, place: CgroupPlace, errors: NodeJS.ErrnoException[]): string {
  if (typeOf(files, place.own) !== 'domain') return ADVICE.threaded;
  if (!isRoot(files, place.mount)) return ADVICE.container;
  const denied = errors.some(({ code = '' }) => DENIED.includes(code));
  return denied ? delegate(place.mount) : giveControllers(place.mount);
}

function typeOf(files: Files, directory: string): string {
  return readIfAny(files, join(directory, 'cgroup.type'))?.trim() ?? 'domain';
}

/** Enables the controllers for the cages in a directory. The directory itself must not contain processes. */
export function enableControllers(files: Files, top: string): void {
  requireControllers(files, top, 'cgroup.controllers');
  files.write(join(top, 'cgroup.subtree_control'), CONTROLLERS.map((name) => `+${name}`).join(' '));
  requireControllers(files, top, 'cgroup.subtree_control');
}

function requireControllers(files: Files, directory: string, file: string): void {
  const { missing, found } = missingControllers(files, directory, file);
  if (missing.length === 0) return;
  const type = typeOf(files, directory);
  const why = type === 'domain' ? '' : ` (its type is "${type}", in which memory cannot be limited)`;
  throw new LabError(
    `${join(directory, file)} lacks ${missing.join(' and ')}: it holds "${found}"${why}`,
    'environment',
  );
}

function missingControllers(files: Files, directory: string, file: string) {
  const found = (readIfAny(files, join(directory, file)) ?? '').trim();
  return { found, missing: CONTROLLERS.filter((name) => !found.split(' ').includes(name)) };
}

function upwards(from: string, mount: string): string[] {
  return from === mount || dirname(from) === from ? [from] : [from, ...upwards(dirname(from), mount)];
}

/** See the kernel's Documentation/admin-guide/cgroup-v2.rst. */
export function v2Hierarchy(files: Files, top: string): Hierarchy {
  return {
    files,
    tops: [top],
    settings(cage, { quotaMicros, shares, memoryBytes }) {
      const directory = join(top, cage);
      const ofCpu =
        quotaMicros === undefined
          ? []
          : [{ directory, file: 'cpu.max', value: `${quotaMicros} ${PERIOD_MICROS}` }];
      const ofRequest =
        shares === undefined ? [] : [{ directory, file: 'cpu.weight', value: String(weightOf(shares)) }];
      const ofMemory =
        memoryBytes === undefined
          ? []
          : [
              { directory, file: 'memory.max', value: String(memoryBytes) },
              { directory, file: 'memory.swap.max', value: '0', optional: true },
              // The kubelet sets this too: running out of memory ends the whole container, not one process of
              // it.
              { directory, file: 'memory.oom.group', value: '1', optional: true },
            ];
      return [...ofCpu, ...ofRequest, ...ofMemory];
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
