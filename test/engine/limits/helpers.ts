import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Cage } from '../../../lab/engine/local/limits/limits';

export const MEBIBYTE = 2 ** 20;

/** A run id that no other test worker uses. */
export function newRunId(name: string): string {
  return `test-${name}-${process.pid}-${randomUUID().slice(0, 8)}`;
}

/** Starts JavaScript in a cage. */
export function runScript(cage: Cage, script: string, ...args: string[]): Promise<ChildProcess> {
  const command = [process.execPath, '-e', script, ...args];
  return cage.spawn({ command, env: { PATH: process.env.PATH ?? '' }, cwd: '/' });
}

/** Everything that a process writes to stdout. */
export async function outputOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'close');
  return text;
}

/** Resolves with the first line of stdout. */
export async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return chunk.toString().split('\n')[0] as string;
}

export async function exitOf(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return { code: child.exitCode, signal: child.signalCode };
}
