import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');
const IN_TURN = join(__dirname, 'one-after-another.js');

export interface Answer {
  code: number;
  stdout: string;
  stderr: string;
  /** The content of the working folder afterwards. */
  left: string[];
}

/**
 * Runs command lines as if each had its own process, but loads the lab only once, which saves seconds per
 * line. The lab must be compiled. Do not use this to test how a process begins or ends.
 */
export function inTurn(
  lines: string[][],
  { cwd, env = process.env }: { cwd: string; env?: NodeJS.ProcessEnv },
): Answer[] {
  const main = join(PROJECT, 'build/lab/cli/main.js');
  const { stdout, stderr } = spawnSync(process.execPath, [IN_TURN, main, JSON.stringify(lines)], {
    cwd,
    env,
    encoding: 'utf8',
  });
  const answers = JSON.parse(stdout) as Answer[];
  if (answers.length < lines.length) {
    throw new Error(`${lines[answers.length]!.join(' ')} ended the process: ${stderr}`);
  }
  return answers;
}
