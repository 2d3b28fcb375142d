import type { ChildProcess } from 'node:child_process';

/** What a program has said, and how it ended. */
export interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** All that a program says until its end; the test's own event loop goes on. */
export function collected(child: ChildProcess): Promise<Result> {
  const out = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done({ code, ...out }));
  });
}
