import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { labVersion } from '../support/root';

/** What a bug report should say about the host; see docs/hosts.md. */
export interface HostDescription {
  lab: string;
  node: string;
  platform: string;
  kernel: string;
  /** The C library that Node was built for. Linux only. */
  libc?: string;
  /** Lines of /proc/self/mountinfo and /proc/self/cgroup. Linux only. */
  cgroups?: { mounts: string[]; own: string[] };
}

export function describeHost(): HostDescription {
  const isLinux = process.platform === 'linux';
  return {
    lab: labVersion(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    kernel: release(),
    ...(isLinux && {
      libc: libc(),
      cgroups: {
        mounts: linesOf('/proc/self/mountinfo').filter((line) => line.includes(' - cgroup')),
        own: linesOf('/proc/self/cgroup'),
      },
    }),
  };
}

function libc(): string {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime ? `glibc ${header.glibcVersionRuntime}` : 'musl';
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}
