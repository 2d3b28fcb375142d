import { readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { LabError } from '../../model/errors';

/** Most bytes of script that one ConfigMap can hold, besides its own fields. */
const MAX_BYTES = 1_000_000;

export interface ScriptFiles {
  /** Path of the script among the files. */
  entry: string;
  /** Texts by path, relative to their common folder, with forward slashes. */
  files: Record<string, string>;
}

/**
 * A script with all local files that it imports.
 * @throws LabError (usage) for a file that cannot be read, or when the files are too large for a ConfigMap.
 */
export async function scriptFiles(script: string): Promise<ScriptFiles> {
  // Loaded only here: it takes longer to load than the rest of the lab, and most commands do not need it.
  const { default: ts } = await import('typescript');
  const texts = new Map<string, string>();
  const visit = (path: string): void => {
    if (texts.has(path)) return;
    const text = read(path);
    texts.set(path, text);
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      if (/^\.{0,2}\//.test(fileName)) visit(resolve(dirname(path), fileName));
    }
  };
  visit(resolve(script));
  const root = commonFolder([...texts.keys()]);
  const inRoot = (path: string) => relative(root, path).split(sep).join('/');
  const bytes = [...texts.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_BYTES) {
    throw new LabError(
      `${script} and its imports have ${bytes} bytes; at most ${MAX_BYTES} fit into a ConfigMap.`,
      'usage',
      'Import less, or use --engine local.',
    );
  }
  return {
    entry: inRoot(resolve(script)),
    files: Object.fromEntries([...texts].map(([path, text]) => [inRoot(path), text])),
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new LabError(
      `Cannot read the load script: ${(error as Error).message}`,
      'usage',
      'Correct the path or the import.',
    );
  }
}

function commonFolder(paths: string[]): string {
  let folder = dirname(paths[0]!);
  while (!paths.every((path) => path.startsWith(folder + sep))) folder = dirname(folder);
  return folder;
}
