import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LabError } from '../lab/model/errors';
import { sha256, type Packages } from './build';

const SUMS = 'SHA256SUMS';
/** Everything that a release writes into its folder. */
const OURS = ['npm', 'chart', 'sbom.cdx.json', SUMS];

/** @throws LabError (usage) for a folder that contains anything that a release does not write. */
export function checkFolder(folder: string): void {
  const foreign = existsSync(folder) ? readdirSync(folder).filter((name) => !OURS.includes(name)) : [];
  if (foreign.length === 0) return;
  throw new LabError(
    `${folder} contains files that are not part of a release: ${foreign.slice(0, 3).join(', ')}`,
    'usage',
    'With --out, name a folder that is missing, empty or a release. A release in it is replaced.',
  );
}

/**
 * Replaces the release in a folder with this one.
 * @returns the checksums, in the format of sha256sum.
 */
export function publish(packages: Packages, folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, bytes] of packages) write(join(folder, path), bytes);
  const sums = [...packages]
    .map(([path, bytes]) => `${sha256(bytes)}  ${path}\n`)
    .sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1))
    .join('');
  write(join(folder, SUMS), sums);
  return sums;
}

function write(file: string, content: Buffer | string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
