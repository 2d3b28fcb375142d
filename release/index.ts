// `npm run release` builds everything that is published for a version, from one commit. docs/security.md
// explains how to verify it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LabError } from '../lab/model/errors';
import { buildPackages } from './build';
import { releasedCommit } from './commit';
import { publish, checkFolder } from './folder';
import { run } from './run';

const CHECKOUT = resolve(__dirname, '..');

function main(): void {
  const folder = resolve(outFolder());
  checkFolder(folder);
  process.umask(0o022); // file modes are part of a package
  const commit = releasedCommit(CHECKOUT);
  // Versions are pinned, so checking against package.json also checks against the lock file.
  run('npm', ['ls', '--depth=0'], CHECKOUT, 'Install the packages of package-lock.json: npm ci');
  const scratch = mkdtempSync(join(tmpdir(), 'lab-release-'));
  try {
    const packages = buildPackages(CHECKOUT, commit, scratch);
    process.stdout.write(publish(packages, folder));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function outFolder(): string {
  try {
    const { values } = parseArgs({ options: { out: { type: 'string', default: 'released' } } });
    return values.out;
  } catch (error) {
    throw new LabError((error as Error).message, 'usage', 'The only option is --out <folder>.');
  }
}

try {
  main();
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  console.error(`release: ${error.message}`);
  if (error.hint) console.error(`         ${error.hint}`);
  process.exitCode = error.kind === 'usage' ? 2 : 4; // the lab's exit codes
}
