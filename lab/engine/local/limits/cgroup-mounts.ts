import { join } from 'node:path';
import { LabError } from '../../../model/errors';
import type { Files } from '../lifetime/files';

/** Where this process is in a hierarchy of cgroups. */
export interface CgroupPlace {
  /** The directory at which the hierarchy is mounted. */
  mount: string;
  /** The directory of this process's own cgroup. */
  own: string;
  /** Nothing can be written there, whoever we are: what a container gets unless it asks for more. */
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
 * Where this process is for a v1 controller ("cpu", "memory", ...) or in the v2 hierarchy (""); undefined
 * when that is not mounted. From /proc/self/mountinfo and /proc/self/cgroup, see cgroups(7).
 * @throws LabError (environment) when the process is outside of what is mounted
 */
export function ownCgroup(files: Files, controller: string): CgroupPlace | undefined {
  const mount = mountOf(files, controller);
  const path = cgroupOf(files, 'self', controller);
  if (!mount || path === undefined) return undefined;
  const below = relativeTo(mount.root, path);
  if (below === undefined) {
    throw new LabError(
      `this process is in the cgroup ${path}, and ${mount.point} shows only what is below ${mount.root}`,
      'environment',
      'Leave the cgroup namespace, or mount its cgroups anew inside it.',
    );
  }
  const own = join(mount.point, below).replace(/\/$/, '');
  return { mount: mount.point, own, readOnly: mount.readOnly };
}

/** Where the hierarchy of a v1 controller or of v2 ("") is mounted, the writable mount if there are several. */
export function mountOf(files: Files, controller: string): Mount | undefined {
  const found = mounts(files).filter(({ type, options }) =>
    controller === '' ? type === 'cgroup2' : type === 'cgroup' && options.includes(controller),
  );
  return found.find(({ readOnly }) => !readOnly) ?? found[0];
}

/** A process's path in a hierarchy, as /proc/PID/cgroup tells it. */
export function cgroupOf(files: Files, pid: number | 'self', controller: string): string | undefined {
  for (const line of files.read(`/proc/${pid}/cgroup`).split('\n')) {
    const [, controllers, ...path] = line.split(':');
    if (controllers?.split(',').includes(controller)) return path.join(':');
  }
  return undefined;
}

/**
 * The path below what a mount shows, which in a container may be a part of the hierarchy. Both are told
 * from the root of the cgroup namespace, so what lies outside of that begins with "..".
 */
function relativeTo(root: string, path: string): string | undefined {
  const shown = root === '/' ? '' : root;
  if (path !== shown && !path.startsWith(`${shown}/`)) return undefined;
  const below = path.slice(shown.length);
  return below.split('/').includes('..') ? undefined : below;
}

/** What is mounted, without what a later mount at the same place hides. */
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
