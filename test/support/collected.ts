import type { ChildProcess } from 'node:child_process';

/** The output of a program, and its exit code. */
export interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Collects the output of a program until its end, without blocking the test's event loop. */
export function collected(child: ChildProcess): Promise<Result> {
  const out = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done({ code, ...out }));
  });
}
