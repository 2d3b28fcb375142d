import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Result } from '../support/collected';
import { programRun } from './clone';

/** The files of a release in the folder `released`; npm installs the second one. */
export const PACKAGES = [
  'chart/backend-under-load-0.1.0.tgz',
  'npm/backend-under-load-0.1.0.tgz',
  'sbom.cdx.json',
] as const;
const TS_NODE = ['node_modules/.bin/ts-node', 'release/index.ts'] as const;

/** Runs `npm run release` in a clone. */
export function release(cwd: string, env: NodeJS.ProcessEnv = {}, args: string[] = []): Promise<Result> {
  return programRun([process.execPath, ...TS_NODE, ...args], { cwd, env: { ...process.env, ...env } });
}

export function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
