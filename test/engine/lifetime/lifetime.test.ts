import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { listRuns, openLifetime, removeStale } from '../../../lab/engine/local/lifetime';
import { cgroupName } from '../../../lab/engine/local/lifetime/cgroups';
import { realFiles } from '../../../lab/engine/local/lifetime/files';
import { processRef } from '../../../lab/engine/local/lifetime/processes';
import { reap } from '../../../lab/engine/local/lifetime/reap';
import { createRun, ownerStatus, thisOwner, type RunState } from '../../../lab/engine/local/lifetime/state';
import { ownCgroup } from '../../../lab/engine/local/limits/cgroup-mounts';
import type { LimitsMode } from '../../../lab/engine/local/limits/modes';
import { entryPoint } from '../../../lab/support/entry-point';
import { eventually } from '../../support/eventually';
import { requires, type Requirement } from '../../support/requirements';
import { exitOf, firstLine, newRunId } from '../limits/helpers';

const MODES: [LimitsMode, Requirement[]][] = [
  ['cgroup-v1', ['root', 'cgroup-v1']],
  ['emulated', []],
];

/** The time that the reaper has, in ms. */
const REAP_MS = 5_000;

const started: ChildProcess[] = [];
afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));

describe.each(MODES)('a lab in limits mode %s', (mode, needs) => {
  requires(...needs)('after SIGKILL', () => {
    test('leaves no process, cgroup or file, whatever signals its reaper receives', async () => {
      const { lab, runId, pids, folder } = await startLab(mode);
      const [reaper = 0] = withArgument(runId).filter((pid) => pid !== lab.pid);
      await eventually('the reaper handles signals', () => handles(reaper, 'SIGHUP'));
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(reaper, signal);
      expect(listRuns()).toContainEqual({ runId, labPid: lab.pid });
      expect(cgroupsOf(runId).length > 0).toBe(mode === 'cgroup-v1');
      lab.kill('SIGKILL');
      await exitOf(lab);
      await eventually('nothing is left', () => isGone(runId, pids, folder), REAP_MS);
    });

    test('together with its reaper, leaves only what the next clean-up removes', async () => {
      const { lab, runId, pids, folder } = await startLab(mode);
      for (const pid of withArgument(runId)) process.kill(pid, 'SIGKILL');
      await exitOf(lab);
      expect(existsSync(folder)).toBe(true);
      await removeStale();
      await eventually('nothing is left', () => isGone(runId, pids, folder), REAP_MS);
    });
  });
});

describe('a lifetime', () => {
  test('kills its groups, even stopped ones, and removes its files when it is closed', async () => {
    const lifetime = await openLifetime(newRunId('close'));
    const child = idle();
    lifetime.trackGroup(child.pid as number);
    child.kill('SIGSTOP');
    const folder = lifetime.tempDir('data');
    expect(existsSync(folder)).toBe(true);
    await lifetime.close();
    await lifetime.close();
    expect(await exitOf(child)).toEqual({ code: null, signal: 'SIGKILL' });
    expect(existsSync(dirname(folder))).toBe(false);
    expect(withArgument(lifetime.runId)).toEqual([]);
  });

  test('does not touch a group that it was told to forget', async () => {
    const lifetime = await openLifetime(newRunId('forget'));
    const child = idle();
    lifetime.trackGroup(child.pid as number);
    lifetime.untrackGroup(child.pid as number);
    await lifetime.close();
    expect(processRef(child.pid as number)).toBeDefined();
  });

  test('allows another lifetime beside it, but not one with the same name', async () => {
    const [one, two] = [await openLifetime(newRunId('one')), await openLifetime(newRunId('two'))];
    expect(listRuns().map(({ runId }) => runId)).toEqual(expect.arrayContaining([one.runId, two.runId]));
    await expect(openLifetime(one.runId)).rejects.toThrow(`there is already a run "${one.runId}"`);
    const child = idle();
    two.trackGroup(child.pid as number);
    await one.close();
    expect(listRuns()).toContainEqual({ runId: two.runId, labPid: process.pid });
    expect(processRef(child.pid as number)).toBeDefined();
    await two.close();
  });

  test.each(['', '../up', 'a b', '-x', 'x'.repeat(65)])('refuses the run id "%s"', async (runId) => {
    await expect(openLifetime(runId)).rejects.toMatchObject({ kind: 'usage' });
  });
});

describe('reaping', () => {
  const stateOf = (runId: string, part: Partial<RunState>): RunState => ({
    runId,
    lab: thisOwner(),
    groups: [],
    cgroups: [],
    ...part,
  });
  const reapState = (state: RunState) => reap(createRun(state), state);

  test("never kills a stranger that reuses one of the run's pids", async () => {
    const stranger = idle();
    const ref = processRef(stranger.pid as number)!;
    const state = stateOf(newRunId('reused'), { groups: [{ ...ref, startTime: ref.startTime - 1 }] });
    expect(await reapState(state)).toMatchObject({ processes: 0 });
    expect(processRef(ref.pid)).toEqual(ref);
    expect(await reapState({ ...state, groups: [ref] })).toMatchObject({ processes: 1 });
    expect(await exitOf(stranger)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('ignores a group whose leader is gone, because another group may have its number by now', async () => {
    const script = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1e6)'], { stdio: 'ignore' });
      child.unref(); console.log(child.pid);`;
    const leader = spawn(process.execPath, ['-e', script], { detached: true, env: {} });
    const ref = processRef(leader.pid as number)!;
    const member = Number(await firstLine(leader));
    await exitOf(leader);
    expect(await reapState(stateOf(newRunId('leader'), { groups: [ref] }))).toMatchObject({ processes: 0 });
    expect(processRef(member)).toBeDefined();
    process.kill(member, 'SIGKILL');
  });

  test('finds an orphaned process by the mark in its environment', async () => {
    const runId = newRunId('mark');
    const orphan = idle({ BACKEND_UNDER_LOAD_RUN: runId });
    const other = idle({ BACKEND_UNDER_LOAD_RUN: `${runId}-other` });
    expect(await reapState(stateOf(runId, {}))).toMatchObject({ processes: 1 });
    expect(await exitOf(orphan)).toEqual({ code: null, signal: 'SIGKILL' });
    expect(other.exitCode).toBeNull();
  });

  test('uses its full time even if the wall clock is changed meanwhile', async () => {
    const victim = idle();
    const ref = processRef(victim.pid as number)!;
    let now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => (now += 3_600_000));
    const swept = await reapState(stateOf(newRunId('clock'), { groups: [ref] }));
    clock.mockRestore();
    expect(swept).toMatchObject({ processes: 1 });
    expect(await exitOf(victim)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('ignores pids of an earlier boot', async () => {
    const stranger = idle();
    const ref = processRef(stranger.pid as number)!;
    const lab = { ...thisOwner(), bootId: 'earlier' };
    expect(ownerStatus(lab)).toBe('dead');
    expect(await reapState(stateOf(newRunId('boot'), { lab, groups: [ref] }))).toMatchObject({
      processes: 0,
    });
    expect(processRef(ref.pid)).toEqual(ref);
  });

  test('treats a lab as dead if its pid belongs to a process with another start time', () => {
    const lab = thisOwner();
    expect(ownerStatus(lab)).toBe('alive');
    expect(ownerStatus({ ...lab, startTime: lab.startTime - 1 })).toBe('dead');
    expect(ownerStatus({ ...lab, startTime: 0, pidNamespace: 'another container' })).toBe('unknown');
  });

  requires('root', 'cgroup-v1')('with cgroups', () => {
    test('removes only cgroups of the run, whatever the state says', async () => {
      const parent = ownCgroup(realFiles, 'cpu')!.own;
      const [runId, otherId] = [newRunId('mine'), newRunId('other')];
      const [mine, other] = [join(parent, cgroupName(runId)), join(parent, cgroupName(otherId))];
      for (const path of [mine, join(mine, 'cage'), other]) mkdirSync(path);
      expect(await reapState(stateOf(runId, { cgroups: [mine, other, parent] }))).toMatchObject({
        cgroups: 1,
      });
      expect([existsSync(mine), existsSync(other)]).toEqual([false, true]);
      rmdirSync(other);
    });
  });
});

async function startLab(mode: LimitsMode) {
  const runId = newRunId('killed');
  const { file, execArgv } = entryPoint(join(__dirname, 'lab-to-kill'));
  const lab = spawn(process.execPath, [...execArgv, file, runId, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(lab);
  const { pids, folder } = JSON.parse(await firstLine(lab)) as { pids: number[]; folder: string };
  return { lab, runId, pids, folder };
}

function isGone(runId: string, pids: number[], folder: string): boolean {
  const processes = [...pids.filter((pid) => processRef(pid)), ...withArgument(runId)];
  return processes.length === 0 && !existsSync(dirname(folder)) && cgroupsOf(runId).length === 0;
}

/** The processes with the run id in their command line: the lab and its reaper. */
function withArgument(runId: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => processRef(Number(pid)) && commandLine(pid).includes(runId)).map(Number);
}

function handles(pid: number, signal: 'SIGHUP'): boolean {
  const [, caught = '0'] = /^SigCgt:\s+(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (BigInt(`0x${caught}`) & (1n << BigInt(constants.signals[signal] - 1))) !== 0n;
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function cgroupsOf(runId: string): string[] {
  const parents = ['cpu', 'cpuacct', 'memory'].flatMap(
    (controller) => ownCgroup(realFiles, controller)?.own ?? [],
  );
  return parents.map((parent) => join(parent, cgroupName(runId))).filter((path) => existsSync(path));
}

/** Starts an idle process in its own group. */
function idle(env: Record<string, string> = {}): ChildProcess {
  const script = ['-e', 'setInterval(() => 0, 1e6)'];
  const child = spawn(process.execPath, script, { detached: true, stdio: 'ignore', env });
  started.push(child);
  return child;
}
