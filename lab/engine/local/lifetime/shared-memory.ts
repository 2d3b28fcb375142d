import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { passed } from '../../../support/environment';
import { unless } from './files';

/** The file in which PostgreSQL describes itself. Its seventh line is "KEY ID" of its System V segment. */
const POSTMASTER_FILE = 'postmaster.pid';
const SEGMENT_LINE = 6;

/**
 * Removes the few bytes of System V shared memory with which each PostgreSQL of a run locked its data. They
 * remain when PostgreSQL is killed. Call this after its processes are gone, but before its folder is removed.
 */
export function removeSharedMemory(folder: string): void {
  for (const [key, id] of segmentsOf(folder)) {
    if (isAbandoned(key, id)) remove(id);
  }
}

function remove(id: number): void {
  spawnSync('ipcrm', ['-m', String(id)], { env: passed('PATH'), stdio: 'ignore' });
}

function segmentsOf(folder: string): [key: number, id: number][] {
  // Another reaper may be removing the same files.
  const list = () => readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return unless(['ENOENT'], list, [])
    .filter((path) => path.endsWith(`/${POSTMASTER_FILE}`))
    .flatMap((path) => {
      const text = unless(['ENOENT'], () => readFileSync(join(folder, path), 'latin1'), '');
      const [key, id] = (text.split('\n')[SEGMENT_LINE]?.trim().split(/\s+/) ?? []).map(Number);
      return key && id !== undefined ? [[key, id]] : [];
    });
}

/** Whether it is still the same segment and no process uses it. The key is checked because ids are reused. */
function isAbandoned(key: number, id: number): boolean {
  return readFileSync('/proc/sysvipc/shm', 'latin1')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/).map(Number))
    .some(([k, i, , , , , attached]) => k === key && i === id && attached === 0);
}
