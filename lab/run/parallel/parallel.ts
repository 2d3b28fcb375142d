import { type ChildProcess, fork } from 'node:child_process';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { EXIT, LabError } from '../../model/errors';
import type { RunOptions } from '../record';
import type { FromRun, ToRun } from './protocol';

/** How one experiment is recorded. @returns the folder of its recordings; undefined when it was interrupted before. */
export type RecordOne = (name: string, options: RunOptions) => Promise<string | undefined>;

/**
 * Records experiments, several at the same time, and tells of each as soon as it is recorded.
 * @param names in the order in which they begin
 * @param jobs how many at the same time
 * @throws what kept one of them from being recorded, when those that had begun are over; no other begins after it.
 */
export async function recordSeveral(
  names: readonly string[],
  jobs: number,
  options: RunOptions,
  recorded: (name: string, folder: string) => void,
  record: RecordOne = inOwnProcess,
): Promise<void> {
  const waiting = [...names];
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (;;) {
      const name = options.signal.aborted || failures.length > 0 ? undefined : waiting.shift();
      if (name === undefined) return;
      try {
        const folder = await record(name, options);
        if (folder !== undefined) recorded(name, folder);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  if (failures.length > 0) throw failures[0];
}

/** So that what one does (synthesis, judging) never delays the probes and Services of another. */
async function inOwnProcess(
  name: string,
  { signal, prediction, watch, ...options }: RunOptions,
): Promise<string | undefined> {
  const child = forkChild();
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
    // Not before it has ended: until then it may still be taking its system down.
    child.once('close', (code, signal) => {
      if (last?.type === 'recorded') resolve(last.folder);
      else if (last) reject(new LabError(`${name}: ${last.message}`, last.exitCode, last.hint));
      else reject(died(name, signal ?? `exit code ${code}`));
    });
  });
}

function died(name: string, how: string): LabError {
  return new LabError(
    `The process that ran ${name} died: ${how}.`,
    EXIT.environment,
    `Run it alone: npx lab run ${name}`,
  );
}

/** Lines that name the experiment stay as they are; the others, its progress, get its name. */
function sayWithName(stream: Readable, name: string): void {
  createInterface({ input: stream }).on('line', (line) => {
    console.error(line.startsWith('  ') ? `${name}: ${line.trimStart()}` : line);
  });
}

function send(child: ChildProcess, message: ToRun): void {
  child.send(message, () => undefined); // a dead child is reported by its 'close'
}

/** Compiled code runs as it is, sources by way of ts-node. */
function forkChild(): ChildProcess {
  const extension = extname(__filename);
  return fork(join(__dirname, `child${extension}`), [], {
    execArgv: extension === '.ts' ? ['-r', 'ts-node/register/transpile-only'] : [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}
