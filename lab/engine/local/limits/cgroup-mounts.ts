import { join } from 'node:path';
import { LabError } from '../../../model/errors';
import type { Files } from '../lifetime/files';

/** The place of this process in a cgroup hierarchy. */
export interface CgroupPlace {
  /** The directory at which the hierarchy is mounted. */
  mount: string;
  /** The directory of this process's own cgroup. */
  own: string;
  /** Not even root can write there: the default in a container. */
  readOnly: boolean;
}

interface Mount {
  root: string;
  point: string;
  readOnly: boolean;
  type: string;
  options: string[];
}

/**
 * The cgroup of this process for a v1 controller ("cpu", "memory", ...) or in the v2 hierarchy ("");
 * undefined if that hierarchy is not mounted. Reads /proc/self/mountinfo and /proc/self/cgroup, see
 * cgroups(7).
 * @throws LabError (environment) when the process is outside the mounted part of the hierarchy
 */
export function ownCgroup(files: Files, controller: string): CgroupPlace | undefined {
  const mount = mountOf(files, controller);
  const path = cgroupOf(files, 'self', controller);
  if (!mount || path === undefined) return undefined;
  const below = relativeTo(mount.root, path);
  if (below === undefined) {
    throw new LabError(
      `this process is in the cgroup ${path}, but ${mount.point} shows only cgroups below ${mount.root}`,
      'environment',
      'Leave the cgroup namespace, or mount the cgroups again inside it.',
    );
  }
  const own = join(mount.point, below).replace(/\/$/, '');
  return { mount: mount.point, own, readOnly: mount.readOnly };
}

/** The mount of a v1 controller's hierarchy or of the v2 hierarchy (""). Prefers a writable mount. */
export function mountOf(files: Files, controller: string): Mount | undefined {
  const found = mounts(files).filter(({ type, options }) =>
    controller === '' ? type === 'cgroup2' : type === 'cgroup' && options.includes(controller),
  );
  return found.find(({ readOnly }) => !readOnly) ?? found[0];
}

/** A process's path in a hierarchy, from /proc/PID/cgroup. */
export function cgroupOf(files: Files, pid: number | 'self', controller: string): string | undefined {
  for (const line of files.read(`/proc/${pid}/cgroup`).split('\n')) {
    const [, controllers, ...path] = line.split(':');
    if (controllers?.split(',').includes(controller)) return path.join(':');
  }
  return undefined;
}

/**
 * The path relative to the root of a mount, which in a container may show only a part of the hierarchy. Both
 * paths are relative to the root of the cgroup namespace, so a path outside of it begins with "..".
 */
function relativeTo(root: string, path: string): string | undefined {
  const shown = root === '/' ? '' : root;
  if (path !== shown && !path.startsWith(`${shown}/`)) return undefined;
  const below = path.slice(shown.length);
  return below.split('/').includes('..') ? undefined : below;
}

/** All mounts, except those hidden by a later mount at the same place. */
function mounts(files: Files): Mount[] {
  const lines = files.read('/proc/self/mountinfo').split('\n').filter(Boolean);
  const all = lines.map((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root = '/', point = '', perMount = ''] = before.split(' ');
    const [type = '', , options = ''] = after.split(' ');
    const readOnly = [perMount, options].some((list) => list.split(',').includes('ro'));
    return { root, point, readOnly, type, options: options.split(',') };
  });
  return [...new Map(all.map((mount) => [mount.point, mount])).values()];
}
