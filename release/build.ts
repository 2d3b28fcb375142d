import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { billOfMaterials } from './bill-of-materials';
import { exportCommit, type Commit } from './commit';
import { run } from './run';

/** The published files, by their path in the release folder. */
export type Packages = Map<string, Buffer>;

const REPAIR = 'Fix the reported problem. Nothing was written.';

/**
 * Builds all packages of a commit in `scratch`. This keeps other files of the checkout (an old build,
 * uncommitted files) out of the packages.
 */
export function buildPackages(checkout: string, commit: Commit, scratch: string): Packages {
  const source = join(scratch, 'source');
  exportCommit(checkout, source);
  symlinkSync(join(checkout, 'node_modules'), join(source, 'node_modules'));
  run('npm', ['run', 'build'], source, REPAIR);
  const npm = only(scratch, 'npm', (to) =>
    run('npm', ['pack', '--ignore-scripts', '--pack-destination', to], source, REPAIR),
  );
  const chart = only(scratch, 'chart', (to) =>
    run(process.execPath, [join('bin', 'lab.js'), 'chart', '--package', to], source, REPAIR),
  );
  const bill = billOfMaterials(source, commit, sha256(npm.bytes));
  return new Map([
    [`npm/${npm.name}`, npm.bytes],
    [`chart/${chart.name}`, chart.bytes],
    ['sbom.cdx.json', Buffer.from(bill)],
  ]);
}

export function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Calls `write` with a new folder and returns the one file written there. */
function only(scratch: string, name: string, write: (to: string) => void): { name: string; bytes: Buffer } {
  const folder = join(scratch, name);
  mkdirSync(folder);
  write(folder);
  const [file, ...others] = readdirSync(folder);
  if (!file || others.length > 0) throw new Error(`expected exactly one package in ${folder}`);
  return { name: file, bytes: readFileSync(join(folder, file)) };
}
