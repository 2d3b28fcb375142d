import { spawnSync } from 'node:child_process';
import { LabError } from '../lab/model/errors';

/** More than any of the programs writes. The default of 1 MiB is too small for a bill of materials. */
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * Runs a program and returns its standard output.
 * @param hint what to do when it fails.
 * @throws LabError (environment) with the program's own message.
 */
export function run(program: string, args: string[], cwd: string, hint: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env: ownEnvironment(),
    encoding: 'utf8',
    maxBuffer: MOST_OUTPUT_BYTES,
  });
  if (status === 0) return stdout;
  const said = error?.message ?? (stderr.trim() || stdout.trim());
  throw new LabError(`\`${[program, ...args].join(' ')}\` failed: ${said}`, 'environment', hint);
}

/**
 * The environment without npm's variables: npm would read those of `npm run` as settings for the wrong
 * folder.
 */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}
