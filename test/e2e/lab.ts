import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunEvent } from '../../lab/model/events';
import type { Finding } from '../../lab/verdict/evaluate';
import type { Verdict } from '../../lab/verdict/verdict';
import { collected, type Result } from '../support/collected';

export const PROJECT = resolve(__dirname, '../..');

export type JudgedRun = Verdict & { experiment: string; recording: string; run: RunEvent };

/** Runs the command line in a checkout as a user does, and waits for its end. */
export function lab(args: string[], cwd = PROJECT): Promise<Result> {
  return collected(spawn(process.execPath, [join(cwd, 'bin', 'lab.js'), ...args], { cwd }));
}

/** A folder for recordings, removed after the tests of a file. */
export function recordings(): string {
  const folder = join(tmpdir(), `lab-e2e-${randomUUID()}`);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Runs one experiment and returns its verdict. Repeats the run once, but only if the lab itself calls it
 * inconclusive because the machine was the bottleneck.
 */
export async function judgedRun(
  name: string,
  out: string,
  args: string[] = [],
  cwd = PROJECT,
): Promise<JudgedRun> {
  const first = await once(name, out, args, cwd);
  if (first.outcome !== 'inconclusive') return first;
  console.warn(`${name} was inconclusive (${first.why}); once more`);
  return once(name, out, args, cwd);
}

async function once(name: string, out: string, args: string[], cwd: string): Promise<JudgedRun> {
  const result = await lab(['run', name, '-o', 'json', '--out', out, ...args], cwd);
  try {
    return (JSON.parse(result.stdout) as JudgedRun[])[0] as JudgedRun;
  } catch {
    throw new Error(`lab run ${name} exited with ${result.code}:\n${result.stdout}\n${result.stderr}`);
  }
}

/**
 * The cause that the diagnosis names, without an additional CPU limit. Cores are sometimes twice as slow, and
 * then the ramp of cascade-failure, which takes three quarters of the limit on a fast core, takes all of it.
 */
export function causeOf({ diagnosis: { cause } }: JudgedRun): string {
  return cause
    .split(' and ')
    .filter((one, _, all) => all.length === 1 || one !== 'cpu limit')
    .join(' and ');
}

/** For a failed assertion: the claims that were not seen, with their values. */
export function unseen({ findings }: JudgedRun): string[] {
  return findings
    .filter(({ result }: Finding) => result !== 'held')
    .map(({ id, result, measured }: Finding) => `${id} ${result}: ${measured}`);
}
