import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabError } from '../../../model/errors';
import { platformProblem } from '../platform';
import { processRef, type ProcessRef } from './processes';

/** The lab process that owns a run, unique across boots and pid namespaces. */
export interface Owner extends ProcessRef {
  bootId: string;
  pidNamespace: string;
}

/** What a run has outside its own memory: enough for another process to remove it. */
export interface RunState {
  runId: string;
  lab: Owner;
  /** Leaders of process groups. */
  groups: ProcessRef[];
  /** Absolute paths of cgroup directories, each with the run's name in it. */
  cgroups: string[];
}

export function thisOwner(): Owner {
  const problem = platformProblem();
  if (problem) throw problem;
  const self = processRef(process.pid);
  if (!self) {
    throw new LabError('this system has no /proc', 'environment', 'Mount it: mount -t proc proc /proc.');
  }
  return { ...self, ...ownNamespace() };
}

function ownNamespace(): Pick<Owner, 'bootId' | 'pidNamespace'> {
  return {
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim(),
    pidNamespace: readlinkSync('/proc/self/ns/pid'),
  };
}

/**
 * Whether the owner is still alive. A pid in another pid namespace (a container that shares the temporary
 * folder) cannot be looked up from here: its status is unknown. An owner from an earlier boot is dead.
 */
export function ownerStatus(owner: Owner): 'alive' | 'dead' | 'unknown' {
  const { bootId, pidNamespace } = ownNamespace();
  if (owner.bootId !== bootId) return 'dead';
  if (owner.pidNamespace !== pidNamespace) return 'unknown';
  return processRef(owner.pid)?.startTime === owner.startTime ? 'alive' : 'dead';
}

/** Whether the pids and cgroups of a state are from this boot, and so still valid. */
export function isOfThisBoot(state: RunState): boolean {
  return state.lab.bootId === ownNamespace().bootId;
}

/** Folder of all runs of this user. Created if missing. */
export function runsFolder(): string {
  const uid = process.getuid?.() ?? 0;
  const folder = join(tmpdir(), `backend-under-load-${uid}`);
  inTemporaryFolder(() => mkdirSync(folder, { recursive: true, mode: 0o711 }));
  const stat = lstatSync(folder);
  if (stat.isDirectory() && stat.uid === uid && (stat.mode & 0o022) === 0) return folder;
  throw new LabError(
    `${folder} must be a folder that only you can write to`,
    'environment',
    'Remove it, or set TMPDIR to a folder of your own.',
  );
}

/** Creates a run's folder together with its state, atomically: nobody ever sees a folder without a state. */
export function createRun(state: RunState): string {
  const folder = join(runsFolder(), state.runId);
  const draft = join(runsFolder(), `.${state.runId}.${process.pid}`);
  try {
    inTemporaryFolder(() => {
      mkdirSync(draft);
      // Processes of another user (PostgreSQL's, when the lab runs as root) have to pass through.
      chmodSync(draft, 0o711);
      writeState(draft, state);
    });
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
  try {
    renameSync(draft, folder);
  } catch {
    rmSync(draft, { recursive: true });
    throw new LabError(
      `there is already a run "${state.runId}" in ${folder}`,
      'usage',
      'Use another run id.',
    );
  }
  return folder;
}

/** @throws LabError (environment) that names the folder and how to choose another one. */
function inTemporaryFolder(action: () => void): void {
  try {
    action();
  } catch (error) {
    throw new LabError(
      `A run cannot keep its files in ${tmpdir()}: ${(error as Error).message}`,
      'environment',
      'Make room there, or set TMPDIR to a folder that you can write to.',
    );
  }
}

const STATE_FILE = 'state.json';

export function writeState(folder: string, state: RunState): void {
  const file = join(folder, STATE_FILE);
  writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The state in a run's folder, or undefined when the folder is (being) removed. */
export function readState(folder: string): RunState | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, STATE_FILE), 'utf8')) as RunState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
