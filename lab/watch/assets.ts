import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../model/errors';
import type { Assets } from './html';

/** Where the build puts the page, seen from the build and from the sources. */
const FOLDERS = ['../../page', '../../build/page'].map((folder) => join(__dirname, folder));

/** @throws LabError (environment) when the page was never built. */
export function pageAssets(): Assets {
  const folder = FOLDERS.find((candidate) => existsSync(join(candidate, 'page.js')));
  if (folder === undefined) {
    throw new LabError(
      `The page is not built: there is no page.js in ${FOLDERS.join(' or ')}.`,
      'environment',
      'Build it with `npm run build`, which needs the development dependencies of `npm ci`.',
    );
  }
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { script: read('page.js'), style: read('page.css') };
}
