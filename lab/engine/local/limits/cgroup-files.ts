import { join } from 'node:path';
import { LabError } from '../../../model/errors';
import { unless, type Files } from '../lifetime/files';

/** CFS enforcement period, µs. The default of the kernel and of Kubernetes (cpu.cfs-quota-period). */
export const PERIOD_MICROS = 100_000;

/** Largest page size of supported kernels, bytes. Kernels round memory limits down to whole pages. */
const LARGEST_PAGE_BYTES = 65_536;

/** The CPU time per period that a limit allows, µs. */
export function quotaMicros(millicores: number): number {
  return (millicores * PERIOD_MICROS) / 1000;
}

const [LEAST_SHARES, MOST_SHARES] = [2, 262_144];
const MOST_WEIGHT = 10_000;

/** The kubelet's formula for cpu.shares of cgroup v1. A container without a request gets the least. */
export function sharesOf(requestMillicores: number): number {
  const shares = Math.floor((requestMillicores * 1024) / 1000);
  return Math.min(Math.max(shares, LEAST_SHARES), MOST_SHARES);
}

/** The kubelet's conversion of cpu.shares to cpu.weight of cgroup v2 (1 to 10,000). */
export function weightOf(shares: number): number {
  return 1 + Math.floor(((shares - LEAST_SHARES) * (MOST_WEIGHT - 1)) / (MOST_SHARES - LEAST_SHARES));
}

export function wholePages(bytes: number): number {
  return Math.floor(bytes / LARGEST_PAGE_BYTES) * LARGEST_PAGE_BYTES;
}

/**
 * One control file and its intended value. An optional file may be missing (e.g. when swap accounting is
 * off).
 */
export interface Setting {
  directory: string;
  file: string;
  value: string;
  optional?: boolean;
}

/**
 * Writes settings and reads each of them back.
 * @throws LabError (environment) when a file then holds another value
 */
export function enforce(files: Files, settings: Setting[]): void {
  for (const { directory, file, value, optional } of settings) {
    const path = join(directory, file);
    if (optional && readIfAny(files, path) === undefined) continue;
    // cgroup v1 refuses more than the parent's limit with EINVAL. The check below then reports the value
    // found.
    unless(['EINVAL'], () => files.write(path, value), undefined);
    const found = files.read(path).trim();
    if (found === value) continue;
    throw new LabError(
      `${path} holds "${found}" after "${value}" was written to it`,
      'environment',
      'The kernel does not accept this limit. A limit of the surrounding container or slice may be lower. Raise that one, or lower this one with --set.',
    );
  }
}

export function readIfAny(files: Files, path: string): string | undefined {
  return unless(['ENOENT', 'ENODEV'], () => files.read(path), undefined);
}

/**
 * Reads "key value" lines, as in cpu.stat and memory.stat. A missing file counts as empty, a missing key as
 * 0.
 */
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
