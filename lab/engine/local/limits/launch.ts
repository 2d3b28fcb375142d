import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { LabError } from '../../../model/errors';
import type { SpawnSpec } from './limits';

/**
 * Waits for a line and then becomes the program. While it waits, the lab puts the process into its cage. If
 * the lab dies in the meantime, the pipe closes and the process ends. The command comes as arguments, never
 * as text to parse.
 */
const GATE = 'read -r go && exec "$0" "$@" </dev/null';

/** The prefix that runs a command through systemd-run or a similar program. */
export interface Wrapper {
  prefix: string[];
  env: Record<string, string>;
}

/**
 * Starts a process as leader of its own group. It executes its first instruction only when `admit` is done.
 * @throws LabError (environment) when it cannot be started; the error of `admit`, after killing the process
 */
export async function launch(
  spec: SpawnSpec,
  admit: (pid: number, child: ChildProcess) => void | Promise<void>,
  wrapper: Wrapper = { prefix: [], env: {} },
): Promise<ChildProcess> {
  const [program, ...args] = [...wrapper.prefix, '/bin/sh', '-c', GATE, ...spec.command];
  const child = spawn(program as string, args, {
    cwd: spec.cwd,
    env: { ...spec.env, ...wrapper.env },
    uid: spec.uid,
    gid: spec.gid,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  if (child.pid === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    throw new LabError(
      `cannot start ${spec.command.join(' ')} in ${spec.cwd}: ${error.message}`,
      'environment',
      'Check that the folder exists and that the user may start processes.',
    );
  }
  child.stdin.on('error', () => undefined); // the process may have been killed while it waited
  try {
    await admit(child.pid, child);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  child.stdin.end('go\n');
  return child;
}
