import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../../../model/errors';
import { passed } from '../../../support/environment';
import { cgroupName } from '../lifetime/cgroups';
import { unless, type Files } from '../lifetime/files';
import type { Lifetime } from '../lifetime/lifetime';
import { ADVICE } from './advice';
import type { Hierarchy } from './cgroup-limiter';
import { cgroupOf } from './cgroup-mounts';
import { enableControllers, unifiedPlace, v2Hierarchy } from './cgroup-v2';

/** Longest wait for systemd to put a process into its scope, ms. */
const SCOPE_MS = 5_000;

/** Environment variables that systemd-run needs to find the user's systemd. */
const busVariables = () => passed('XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS');

/**
 * Asks the user's systemd for a cgroup: a scope with Delegate=yes, and one cgroup v2 per cage below it. A
 * process that waits for the end of the lab keeps the scope open.
 *
 * The lab itself may be in a cgroup that belongs to root (a login session), and an ordinary user may not move
 * processes out of it. So each process starts in its own scope, in the user's part of the tree, and moves to
 * its cage from there.
 * @throws an error that says why systemd cannot be used
 */
export async function openSystemdScope(lifetime: Lifetime, files: Files): Promise<Hierarchy> {
  const place = unifiedPlace(files);
  const systemdRun = findProgram('systemd-run');
  if (!systemdRun) throw new LabError('systemd-run is not installed', 'environment', ADVICE.noSystemd);
  const scopeCommand = (unit: string, ...options: string[]) => [
    systemdRun,
    '--user',
    '--scope',
    '--quiet',
    '--collect',
    `--unit=${unit}`,
    ...options,
    '--', // prettier-ignore
  ];
  const unit = cgroupName(lifetime.runId);
  const keeper = startKeeper(scopeCommand(unit, '--property=Delegate=yes'));
  try {
    const top = join(place.mount, await scopeOf(files, keeper.child.pid, unit, keeper.failure));
    lifetime.trackCgroup(top);
    moveKeeper(files, top, keeper.child.pid as number);
    enableControllers(files, top);
    return { ...v2Hierarchy(files, top), sponsor: sponsors(files, unit, scopeCommand) };
  } catch (error) {
    keeper.child.kill('SIGKILL');
    throw error;
  }
}

/** Starts the scope's first process. The scope ends with it. */
function startKeeper(command: string[]): { child: ChildProcess; failure: () => string | undefined } {
  const [program, ...args] = [...command, '/bin/sh', '-c', 'read -r end'];
  const child = spawn(program as string, args, {
    env: { ...passed('PATH'), ...busVariables() },
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  child.on('error', (error) => (said += error.message));
  child.unref();
  const failure = () =>
    child.exitCode === null && child.pid ? undefined : said.trim() || 'it ended at once';
  return { child, failure };
}

/**
 * Moves the keeper to a child cgroup: a cgroup whose children have controllers must not contain processes
 * itself.
 */
function moveKeeper(files: Files, top: string, pid: number): void {
  const directory = join(top, '_keeper');
  files.mkdir(directory);
  files.write(join(directory, 'cgroup.procs'), String(pid));
}

function sponsors(
  files: Files,
  unit: string,
  scopeCommand: (unit: string) => string[],
): NonNullable<Hierarchy['sponsor']> {
  const bus = busVariables();
  let count = 0;
  return () => {
    const own = `${unit}-start-${++count}`;
    const unset = Object.keys(bus).flatMap((name) => ['-u', name]);
    return {
      wrapper: {
        prefix: [...scopeCommand(own), '/usr/bin/env', ...unset],
        env: bus,
      },
      ready: async (pid) => void (await scopeOf(files, pid, own, () => undefined)),
    };
  };
}

/** Waits until a process is in the scope with this name. Returns the scope's path in the hierarchy. */
async function scopeOf(
  files: Files,
  pid: number | undefined,
  unit: string,
  failure: () => string | undefined,
): Promise<string> {
  const deadline = performance.now() + SCOPE_MS;
  for (;;) {
    const path = pid && unless(['ENOENT', 'ESRCH'], () => cgroupOf(files, pid, ''), undefined);
    if (path && path.endsWith(`/${unit}.scope`)) return path;
    const problem =
      failure() ?? (performance.now() > deadline ? `no scope within ${SCOPE_MS / 1000} s` : undefined);
    if (problem !== undefined) {
      throw new LabError(`systemd-run --user --scope: ${problem}`, 'environment', ADVICE.userSession);
    }
    await sleep(10);
  }
}

function findProgram(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
