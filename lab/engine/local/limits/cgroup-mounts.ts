import { join } from 'node:path';
import type { Files } from '../lifetime/files';

/**
 * The directory of this process's own cgroup for a v1 controller ("cpu", "memory", ...) or for the v2
 * hierarchy (""), and the directory at which that hierarchy is mounted; undefined when it is not mounted.
 * From /proc/self/mountinfo and /proc/self/cgroup, see cgroups(7).
 */
export function ownCgroup(files: Files, controller: string): { mount: string; own: string } | undefined {
  const mount = mounts(files).find(({ type, options }) =>
    controller === '' ? type === 'cgroup2' : type === 'cgroup' && options.includes(controller),
  );
  const path = cgroupOf(files, 'self', controller);
  if (!mount || path === undefined) return undefined;
  // In a container the mount may show only a part of the hierarchy.
  const shown = mount.root === '/' || !path.startsWith(mount.root) ? path : path.slice(mount.root.length);
  return { mount: mount.point, own: join(mount.point, shown).replace(/\/$/, '') };
}

/** A process's path in a hierarchy, as /proc/PID/cgroup tells it. */
export function cgroupOf(files: Files, pid: number | 'self', controller: string): string | undefined {
  for (const line of files.read(`/proc/${pid}/cgroup`).split('\n')) {
    const [, controllers, ...path] = line.split(':');
    if (controllers?.split(',').includes(controller)) return path.join(':');
  }
  return undefined;
}

function mounts(files: Files): { root: string; point: string; type: string; options: string[] }[] {
  const lines = files.read('/proc/self/mountinfo').split('\n').filter(Boolean);
  return lines.map((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root = '/', point = ''] = before.split(' ');
    const [type = '', , options = ''] = after.split(' ');
    return { root, point, type, options: options.split(',') };
  });
}
