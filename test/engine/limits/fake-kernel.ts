import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Files } from '../../../lab/engine/local/lifetime/files';

interface FakeKernelOptions {
  mount: string;
  /** The lab's own cgroup. */
  own: string;
  /** Cgroups that exist, with the controllers that they give to their children. */
  cgroups: Record<string, string>;
  /** Cgroups in which the user may make others and write; default: all. */
  writable?: (path: string) => boolean;
  /** What a control file holds after a write; default: what was written. */
  store?: (file: string, text: string) => string;
  /** A folder with one file per process that a fake systemd-run has started, holding the name of its scope. */
  scopes?: { folder: string; parent: string };
}

/** The rules of cgroup v2 that the lab depends on, kept in memory; the processes are real. */
export class FakeKernel implements Files {
  readonly writes: string[] = [];
  private readonly files = new Map<string, string>();
  private readonly processes = new Map<number, string>();

  constructor(private readonly options: FakeKernelOptions) {
    for (const [path, controllers] of Object.entries(options.cgroups))
      this.populate(path, 'cpu io memory', controllers);
    this.processes.set(process.pid, options.own);
  }

  read(path: string): string {
    if (path === '/proc/self/mountinfo') return `1 0 0:1 / ${this.options.mount} rw - cgroup2 cgroup2 rw\n`;
    const [, pid] = /^\/proc\/(\w+)\/cgroup$/.exec(path) ?? [];
    if (pid) return `0::${this.cgroupOf(pid === 'self' ? process.pid : Number(pid))}\n`;
    if (path.endsWith('/cgroup.procs')) return this.processesIn(dirname(path)).join('\n');
    const text = this.files.get(path);
    if (text === undefined) throw failure('ENOENT', path);
    return text;
  }

  write(path: string, text: string): void {
    const directory = dirname(path);
    if (!this.files.has(join(directory, 'cgroup.controllers'))) throw failure('ENOENT', path);
    if (!this.mayWrite(directory)) throw failure('EACCES', path);
    this.writes.push(`${path} ${text}`);
    if (path.endsWith('/cgroup.procs')) return this.move(Number(text), directory);
    if (path.endsWith('/cgroup.subtree_control')) return this.enable(directory, text);
    this.files.set(path, this.options.store?.(path, text) ?? text);
  }

  mkdir(path: string): void {
    const parent = dirname(path);
    const given = this.files.get(join(parent, 'cgroup.subtree_control'));
    if (given === undefined) throw failure('ENOENT', path);
    if (!this.mayWrite(parent)) throw failure('EACCES', path);
    this.writes.push(`mkdir ${path}`);
    this.populate(path, given, '');
  }

  rmdir(path: string): void {
    if (!this.files.has(join(path, 'cgroup.controllers'))) throw failure('ENOENT', path);
    if (this.directories(path).length > 0 || this.processesIn(path).length > 0) throw failure('EBUSY', path);
    for (const file of this.files.keys()) if (dirname(file) === path) this.files.delete(file);
  }

  directories(path: string): string[] {
    if (!this.files.has(join(path, 'cgroup.controllers'))) throw failure('ENOENT', path);
    const all = [...new Set([...this.files.keys()].map((file) => dirname(file)))];
    return all
      .filter((directory) => dirname(directory) === path)
      .map((directory) => directory.slice(path.length + 1));
  }

  /** What a counter or limit file of a cgroup holds; tests write the counters that the kernel would. */
  set(path: string, text: string): void {
    this.files.set(path, text);
  }

  private populate(path: string, controllers: string, given: string): void {
    this.files.set(join(path, 'cgroup.controllers'), controllers);
    this.files.set(join(path, 'cgroup.subtree_control'), given);
    if (controllers.includes('memory')) this.files.set(join(path, 'memory.swap.max'), 'max');
  }

  private move(pid: number, directory: string): void {
    // The "no internal processes" rule.
    if (this.files.get(join(directory, 'cgroup.subtree_control')) !== '') throw failure('EBUSY', directory);
    this.processes.set(pid, directory.slice(this.options.mount.length));
  }

  private enable(directory: string, text: string): void {
    if (this.processesIn(directory).length > 0) throw failure('EBUSY', directory);
    this.files.set(join(directory, 'cgroup.subtree_control'), text.replaceAll('+', ''));
  }

  private mayWrite(directory: string): boolean {
    return this.options.writable?.(directory) ?? true;
  }

  private cgroupOf(pid: number): string {
    const { scopes } = this.options;
    const file = scopes && join(scopes.folder, String(pid));
    if (scopes && file && !this.processes.has(pid) && existsSync(file)) {
      const path = `${scopes.parent}/${readFileSync(file, 'utf8').trim()}.scope`;
      this.populate(join(this.options.mount, path), 'cpu io memory', '');
      this.processes.set(pid, path);
    }
    return this.processes.get(pid) ?? this.options.own;
  }

  private processesIn(directory: string): number[] {
    const inside = [...this.processes].filter(([, path]) => join(this.options.mount, path) === directory);
    return inside.map(([pid]) => pid).filter(isRunning);
  }
}

function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
