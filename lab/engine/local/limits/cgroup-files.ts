import { join } from 'node:path';
import { LabError } from '../../../model/errors';
import { unless, type Files } from '../lifetime/files';

/** CFS enforcement period, µs: the kernel's default and Kubernetes' (cpu.cfs-quota-period). */
export const PERIOD_MICROS = 100_000;

/** Largest page size of the kernels that the lab meets; they round memory limits down to whole pages. */
const LARGEST_PAGE_BYTES = 65_536;

/** CPU time per period that a limit allows, µs. */
export function quotaMicros(millicores: number): number {
  return (millicores * PERIOD_MICROS) / 1000;
}

export function wholePages(bytes: number): number {
  return Math.floor(bytes / LARGEST_PAGE_BYTES) * LARGEST_PAGE_BYTES;
}

/** One control file and what it is to hold; an optional one may be missing (swap accounting switched off). */
export interface Setting {
  directory: string;
  file: string;
  value: string;
  optional?: boolean;
}

/**
 * Writes settings and reads each back.
 * @throws LabError (environment) when the kernel holds something else afterwards
 */
export function enforce(files: Files, settings: Setting[]): void {
  for (const { directory, file, value, optional } of settings) {
    const path = join(directory, file);
    if (optional && readIfAny(files, path) === undefined) continue;
    // cgroup v1 refuses what is more than the limit above allows; what it holds instead tells so.
    unless(['EINVAL'], () => files.write(path, value), undefined);
    const found = files.read(path).trim();
    if (found === value) continue;
    throw new LabError(
      `${path} holds "${found}" after "${value}" was written to it`,
      'environment',
      'The kernel does not take this limit. One of the surrounding container or slice may be lower: raise that one, or lower this one with --set.',
    );
  }
}

export function readIfAny(files: Files, path: string): string | undefined {
  return unless(['ENOENT', 'ENODEV'], () => files.read(path), undefined);
}

/** Reads "key value" lines, such as cpu.stat and memory.stat; a missing file is empty, a missing key 0. */
export function readKeyed(files: Files, path: string): (key: string) => number {
  const text = `\n${readIfAny(files, path) ?? ''}`;
  return (key) => {
    const at = text.indexOf(`\n${key} `);
    return at < 0 ? 0 : parseInt(text.slice(at + key.length + 2), 10);
  };
}

export function readNumber(files: Files, path: string): number {
  return Number(readIfAny(files, path) ?? 0);
}
