import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../../../model/errors';
import { pids } from './cgroups';
import { unless, type Files } from './files';

/** The leaf of a delegated cgroup into which its processes are moved. They are never killed. */
export const LEAF = 'backend-under-load-others';

/** Longest wait until all processes of a cgroup have moved, ms. */
const MOVE_MS = 2_000;

/**
 * Moves all processes of a cgroup v2 (the lab, its shell) into a leaf below it, where the same limits apply.
 * This is needed because a cgroup that contains processes cannot give controllers to its children (the "no
 * internal processes" rule of cgroups(7)).
 * @throws an error that says why the move failed; everything is back in its place then
 */
export async function makeWay(files: Files, directory: string): Promise<void> {
  const leaf = join(directory, LEAF);
  unless(['EEXIST'], () => files.mkdir(leaf), undefined);
  try {
    await moveAll(files, directory, leaf);
  } catch (error) {
    await comeBack(files, directory);
    throw error;
  }
}

/** Undoes `makeWay` if nobody else has cgroups in the directory. Safe to call when nothing was moved. */
export async function comeBack(files: Files, directory: string): Promise<void> {
  const children = unless(['ENOENT'], () => files.directories(directory), []);
  if (children.length !== 1 || children[0] !== LEAF) return;
  const leaf = join(directory, LEAF);
  // Another lab that is starting now keeps the controllers busy; it will call this at its own end.
  const back = async () => {
    const control = join(directory, 'cgroup.subtree_control');
    const given = files.read(control).trim().split(' ').filter(Boolean);
    if (given.length > 0) files.write(control, given.map((name) => `-${name}`).join(' '));
    await moveAll(files, leaf, directory);
    files.rmdir(leaf);
  };
  await back().catch((error: NodeJS.ErrnoException) => {
    if (!['EBUSY', 'ENOENT', 'EOPNOTSUPP'].includes(error.code ?? '')) throw error;
  });
}

/** Processes may fork in the meantime, so the list is read again until it is empty. */
async function moveAll(files: Files, from: string, to: string): Promise<void> {
  const deadline = performance.now() + MOVE_MS;
  for (let left = pids(from, files); left.length > 0; left = pids(from, files)) {
    for (const pid of left) {
      unless(['ESRCH'], () => files.write(join(to, 'cgroup.procs'), String(pid)), undefined);
    }
    if (performance.now() > deadline) {
      throw new LabError(`processes in ${from} could not be moved: ${left.join(', ')}`, 'environment');
    }
    await sleep(1);
  }
  if (/^0$/m.test(files.read(join(from, 'cgroup.procs')))) {
    throw new LabError(
      `${from} holds processes of another pid namespace, which cannot be moved from here`,
      'environment',
    );
  }
}
