import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { LabError, refused } from '../../../model/errors';
import { entryPoint } from '../../../support/entry-point';
import { processRef } from './processes';
import { reap, type Reaped } from './reap';
import { createRun, ownerStatus, readState, runsFolder, thisOwner, writeState, type RunState } from './state';

export type { Reaped } from './reap';

/** Tracks everything that must not outlive the lab, even when SIGKILL ends the lab. */
export interface Lifetime {
  readonly runId: string;
  /** Records a process group by its leader's pid. It is killed when the lab dies. */
  trackGroup(pid: number): void;
  /** Drops a group that has ended. */
  untrackGroup(pid: number): void;
  /**
   * Records a cgroup directory; call it before creating the directory. When the lab dies, everything in it is
   * killed and it is removed.
   */
  trackCgroup(path: string): void;
  untrackCgroup(path: string): void;
  /** Creates a directory that is removed with the run. */
  tempDir(name: string): string;
  /** Kills and removes everything tracked, and the run's folder. Idempotent. */
  close(): Promise<void>;
}

/**
 * Begins a run: removes what dead runs left behind, records this run on disk and starts its reaper.
 * @param runId unique among the runs of this user; 1 to 64 letters, digits, "-", "_" and "."
 * @throws LabError (usage) for a run id that is malformed or in use
 */
export async function openLifetime(runId: string): Promise<Lifetime> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(runId)) {
    throw new LabError(
      `"${runId}" is not a valid run id`,
      'usage',
      'Use 1 to 64 letters, digits, "-", "_" or ".", beginning with a letter or digit.',
    );
  }
  await removeStale();
  const state: RunState = { runId, lab: thisOwner(), groups: [], cgroups: [] };
  const folder = createRun(state);
  return new RecordedLifetime(folder, state, startReaper(folder));
}

/** Runs of this user whose lab is alive. */
export function listRuns(): { runId: string; labPid: number }[] {
  return runs()
    .filter(({ state }) => ownerStatus(state.lab) !== 'dead')
    .map(({ state }) => ({ runId: state.runId, labPid: state.lab.pid }));
}

/** Removes what is left of runs whose lab is dead. */
export async function removeStale(): Promise<Reaped[]> {
  const dead = runs().filter(({ state }) => ownerStatus(state.lab) === 'dead');
  return Promise.all(dead.map(({ folder, state }) => reap(folder, state)));
}

function runs(): { folder: string; state: RunState }[] {
  return readdirSync(runsFolder()).flatMap((name) => {
    const folder = join(runsFolder(), name);
    const state = readState(folder);
    return state ? [{ folder, state }] : [];
  });
}

function startReaper(folder: string): ChildProcess {
  const { file, execArgv } = entryPoint(join(__dirname, 'reaper'));
  const reaper = spawn(process.execPath, [...execArgv, file, folder], {
    cwd: dirname(file),
    env: process.env,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // The lab must be able to end without waiting for the reaper, which waits for exactly that end.
  reaper.unref();
  (reaper.stdin as Socket).unref();
  return reaper;
}

class RecordedLifetime implements Lifetime {
  constructor(
    private readonly folder: string,
    private readonly state: RunState,
    private readonly reaper: ChildProcess,
  ) {}

  get runId(): string {
    return this.state.runId;
  }

  trackGroup(pid: number): void {
    const ref = processRef(pid);
    if (ref) this.change({ groups: [...this.state.groups, ref] });
  }

  untrackGroup(pid: number): void {
    this.forget({ groups: this.state.groups.filter((ref) => ref.pid !== pid) });
  }

  trackCgroup(path: string): void {
    this.change({ cgroups: [...this.state.cgroups, path] });
  }

  untrackCgroup(path: string): void {
    this.forget({ cgroups: this.state.cgroups.filter((known) => known !== path) });
  }

  tempDir(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { mode: 0o700 });
    return path;
  }

  async close(): Promise<void> {
    // The end of the pipe tells the reaper to start, after a normal end as after a sudden one.
    this.reaper.stdin?.destroy();
    this.reaper.ref();
    if (this.reaper.exitCode === null && this.reaper.signalCode === null) await once(this.reaper, 'exit');
    // If the reaper itself was killed, do its work here.
    if (existsSync(this.folder)) await reap(this.folder, this.state);
  }

  /**
   * On a full disk, the entry is dropped only in memory. The stale entry on disk is harmless: its pid is
   * checked.
   */
  private forget(part: Partial<RunState>): void {
    try {
      this.change(part);
    } catch (error) {
      if (!refused(error)) throw error;
    }
  }

  private change(part: Partial<RunState>): void {
    Object.assign(this.state, part);
    // After close(), nothing is left to record.
    if (existsSync(this.folder)) writeState(this.folder, this.state);
  }
}
