import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { LabError } from '../../model/errors';
import type { RunOptions } from '../../run/record';
import { entryPoint } from '../../support/entry-point';
import type { FromRun, ToRun } from './protocol';

/** In its own process, the work of one experiment never delays the probes and Services of another. */
export async function recordInOwnProcess(
  name: string,
  { signal, prediction, listeners, ...options }: RunOptions,
): Promise<string | undefined> {
  const { file, execArgv } = entryPoint(join(__dirname, 'child'));
  const child = fork(file, [], { execArgv, env: process.env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  for (const stream of [child.stdout, child.stderr]) sayWithName(stream as Readable, name);
  const abort = (): void => send(child, { type: 'abort' });
  signal.addEventListener('abort', abort, { once: true });
  try {
    send(child, { type: 'start', name, options });
    return await folderOf(child, name);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function folderOf(child: ChildProcess, name: string): Promise<string | undefined> {
  let last: FromRun | undefined;
  child.on('message', (message: FromRun) => (last = message));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // Wait until the process has ended: until then it may still be taking its system down.
    child.once('close', (code, signal) => {
      if (last?.type === 'recorded') resolve(last.folder);
      else if (last) reject(new LabError(`${name}: ${last.message}`, last.kind, last.hint));
      else reject(died(name, signal ?? `exit code ${code}`));
    });
  });
}

function died(name: string, how: string): LabError {
  return new LabError(
    `The process that ran ${name} died: ${how}.`,
    'environment',
    `Run it on its own: npx lab run ${name}`,
  );
}

/** Adds the experiment's name to indented progress lines. All other lines already name the experiment. */
function sayWithName(stream: Readable, name: string): void {
  createInterface({ input: stream }).on('line', (line) => {
    console.error(line.startsWith('  ') ? `${name}: ${line.trimStart()}` : line);
  });
}

function send(child: ChildProcess, message: ToRun): void {
  child.send(message, () => undefined); // the 'close' event reports a dead child
}
