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

/** Everything that must not outlive the lab, even when the lab is killed by SIGKILL. */
export interface Lifetime {
  readonly runId: string;
  /** Records a process group by its leader's pid; it is killed when the lab dies. */
  trackGroup(pid: number): void;
  /** Forgets a group that has ended. */
  untrackGroup(pid: number): void;
  /** Records a cgroup directory, before it is made; everything in it is killed and it is removed when the lab dies. */
  trackCgroup(path: string): void;
  untrackCgroup(path: string): void;
  /** Makes a directory of the run, removed with the run. */
  tempDir(name: string): string;
  /** Kills and removes everything that is tracked, and the run's folder; idempotent. */
  close(): Promise<void>;
}

/**
 * Begins a run: sweeps what dead runs have left, records this one on disk and starts its reaper.
 * @param runId unique among the runs of this user; letters, digits, "-", "_" and ".", at most 64
 * @throws LabError (usage) for a run id that is malformed or in use
 */
export async function openLifetime(runId: string): Promise<Lifetime> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(runId)) {
    throw new LabError(
      `"${runId}" cannot be a run id`,
      'usage',
      'Use 1 to 64 letters, digits, "-", "_" or ".", beginning with a letter or digit.',
    );
  }
  await sweepStale();
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

/** Takes away what runs have left whose lab is dead. */
export async function sweepStale(): Promise<Reaped[]> {
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
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // The lab may end without waiting for it: that end is what it waits for.
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
    // The end of the pipe is the sign to reap, the same on a normal end as on a sudden one.
    this.reaper.stdin?.destroy();
    this.reaper.ref();
    if (this.reaper.exitCode === null && this.reaper.signalCode === null) await once(this.reaper, 'exit');
    // Not the reaper's doing if it was killed itself.
    if (existsSync(this.folder)) await reap(this.folder, this.state);
  }

  /** What is forgotten only in memory, because the disk is full, does no harm: it is told from what comes later. */
  private forget(part: Partial<RunState>): void {
    try {
      this.change(part);
    } catch (error) {
      if (!refused(error)) throw error;
    }
  }

  private change(part: Partial<RunState>): void {
    Object.assign(this.state, part);
    // After close() there is nothing left to protect.
    if (existsSync(this.folder)) writeState(this.folder, this.state);
  }
}
