import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of package.json. Works from the sources and from the build. */
export const PROJECT_ROOT = (() => {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder)) throw new Error(`no package.json above ${__dirname}`);
    folder = dirname(folder);
  }
  return folder;
})();

export interface PackageJson {
  version: string;
  /** Addresses of the project, where they are known. */
  homepage?: string;
  repository?: { url: string };
}

export function packageJson(): PackageJson {
  return JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as PackageJson;
}

export function labVersion(): string {
  return packageJson().version;
}
