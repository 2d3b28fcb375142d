import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

/** The few file operations that cgroups need. Tests put a fake kernel behind them. */
export interface Files {
  read(path: string): string;
  write(path: string, text: string): void;
  mkdir(path: string): void;
  rmdir(path: string): void;
  /** Names of the directories in a directory. */
  directories(path: string): string[];
}

export const realFiles: Files = {
  read: (path) => readFileSync(path, 'latin1'),
  write: (path, text) => writeFileSync(path, text),
  mkdir: (path) => mkdirSync(path),
  rmdir: (path) => rmdirSync(path),
  directories: (path) =>
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name),
};

/** The result of `action`, or `otherwise` when it fails with one of the error codes. */
export function unless<T>(codes: string[], action: () => T, otherwise: T): T {
  try {
    return action();
  } catch (error) {
    if (codes.includes((error as NodeJS.ErrnoException).code ?? '')) return otherwise;
    throw error;
  }
}
