import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Files } from '../../../lab/engine/local/lifetime/files';

/** A cgroup of a host: the controllers from its parent, the controllers for its children, and its v2 type. */
interface FakeCgroup {
  has?: string;
  gives?: string;
  /**
   * The default is "domain". "root" is the root of the whole hierarchy, to which the other rules do not
   * apply.
   */
  type?: 'root' | 'domain threaded' | 'threaded';
}

export interface FakeKernelOptions {
  /** The recorded lines of /proc/self/mountinfo. */
  mountinfo: string;
  /** The recorded /proc/self/cgroup. Its v2 line then follows the processes. */
  self: string;
  /** The existing cgroups of all hierarchies, by directory. */
  cgroups: Record<string, FakeCgroup>;
  /** Other processes in the lab's cgroup. */
  beside?: number[];
  /** The cgroups in which the user may write and create others; all by default. */
  writable?: (path: string) => boolean;
  /** The content of a control file after a write; by default the text that was written. */
  store?: (file: string, text: string) => string;
  /**
   * A folder with one file for each process that a fake systemd-run started; the file holds the name of its
   * scope.
   */
  scopes?: { folder: string; parent: string };
}

const THREADED_CONTROLLERS = ['cpu', 'cpuset', 'pids'];

/** The cgroup rules that the lab depends on, kept in memory. The processes are real. */
export class FakeKernel implements Files {
  readonly writes: string[] = [];
  private readonly files = new Map<string, string>();
  /** The v2 directory of each process. */
  private readonly processes = new Map<number, string>();
  /** The directories of each process in v1 hierarchies. */
  private readonly inV1 = new Map<number, Set<string>>();
  private readonly mounts: Mount[];

  constructor(private readonly options: FakeKernelOptions) {
    const mounts = options.mountinfo.split('\n').filter((line) => line.includes(' - cgroup'));
    // A later mount hides an earlier one at the same place.
    this.mounts = [...new Map(mounts.map(readMount).map((mount) => [mount.point, mount])).values()];
    for (const [path, cgroup] of Object.entries(options.cgroups)) this.populate(path, cgroup);
    const own = this.ownDirectory();
    for (const pid of [process.pid, ...(options.beside ?? [])]) if (own) this.processes.set(pid, own);
  }

  read(path: string): string {
    if (path === '/proc/self/mountinfo') return this.options.mountinfo;
    const [, pid] = /^\/proc\/(\w+)\/cgroup$/.exec(path) ?? [];
    if (pid) return this.cgroupFile(pid === 'self' ? process.pid : Number(pid));
    if (path.endsWith('/cgroup.procs')) {
      if (this.typeOf(dirname(path)) === 'threaded') throw failure('EOPNOTSUPP', path);
      return this.processesIn(dirname(path)).join('\n');
    }
    const text = this.files.get(path);
    if (text === undefined) throw failure('ENOENT', path);
    return text;
  }

  write(path: string, text: string): void {
    const directory = dirname(path);
    if (!this.exists(directory)) throw failure('ENOENT', path);
    this.checkRights(directory, path);
    this.writes.push(`${path} ${text}`);
    if (path.endsWith('/cgroup.procs')) return this.move(Number(text), directory);
    if (path.endsWith('/cgroup.subtree_control')) return this.give(directory, text);
    this.files.set(path, this.options.store?.(path, text) ?? text);
  }

  mkdir(path: string): void {
    const parent = dirname(path);
    if (!this.exists(parent)) throw failure('ENOENT', path);
    this.checkRights(parent, path);
    if (this.exists(path)) throw failure('EEXIST', path);
    this.writes.push(`mkdir ${path}`);
    this.populate(path, { has: this.files.get(join(parent, 'cgroup.subtree_control')) ?? '' });
  }

  rmdir(path: string): void {
    if (!this.exists(path)) throw failure('ENOENT', path);
    if (this.directories(path).length > 0 || this.processesIn(path).length > 0) throw failure('EBUSY', path);
    for (const file of this.files.keys()) if (dirname(file) === path) this.files.delete(file);
  }

  directories(path: string): string[] {
    if (!this.exists(path)) throw failure('ENOENT', path);
    const all = [...new Set([...this.files.keys()].map((file) => dirname(file)))];
    return all
      .filter((directory) => dirname(directory) === path)
      .map((directory) => directory.slice(path.length + 1));
  }

  /** Sets the content of a counter or limit file; tests write counters here as the kernel would. */
  set(path: string, text: string): void {
    this.files.set(path, text);
  }

  /** Everything that a run may change. */
  snapshot(): unknown {
    return [[...this.files].sort(), [...this.processes].filter(([pid]) => isRunning(pid))];
  }

  private mountOf(path: string) {
    const inside = this.mounts.filter(({ point }) => path === point || path.startsWith(`${point}/`));
    return inside.sort((a, b) => b.point.length - a.point.length)[0];
  }

  private ownDirectory(): string | undefined {
    const mount = this.mounts.find(({ isV2 }) => isV2);
    const [, path] = /^0::(.*)$/m.exec(this.options.self) ?? [];
    return mount && path !== undefined ? join(mount.point, path).replace(/\/$/, '') : undefined;
  }

  private populate(path: string, { has = '', gives = '', type }: FakeCgroup): void {
    this.files.set(join(path, 'cgroup.procs'), '');
    if (!this.mountOf(path)?.isV2) return;
    this.files.set(join(path, 'cgroup.controllers'), `${has}\n`);
    this.files.set(join(path, 'cgroup.subtree_control'), gives);
    if (type !== 'root') this.files.set(join(path, 'cgroup.type'), `${type ?? 'domain'}\n`);
    if (has.includes('memory')) this.files.set(join(path, 'memory.swap.max'), 'max');
  }

  private move(pid: number, directory: string): void {
    if (!this.mountOf(directory)?.isV2) {
      this.inV1.set(pid, (this.inV1.get(pid) ?? new Set()).add(directory));
      return;
    }
    // The "no internal processes" rule.
    const gives = this.files.get(join(directory, 'cgroup.subtree_control')) ?? '';
    if (gives !== '' && this.typeOf(directory) === 'domain') throw failure('EBUSY', directory);
    if (this.typeOf(dirname(directory))?.includes('threaded')) throw failure('EOPNOTSUPP', directory);
    this.processes.set(pid, directory);
  }

  private give(directory: string, text: string): void {
    const names = text.split(' ').map((word) => ({ on: word.startsWith('+'), name: word.slice(1) }));
    const type = this.typeOf(directory);
    if (
      type?.includes('threaded') &&
      names.some(({ on, name }) => on && !THREADED_CONTROLLERS.includes(name))
    )
      throw failure('EOPNOTSUPP', directory);
    const on = names.filter((controller) => controller.on).length > 0;
    if (on && type === 'domain' && this.processesIn(directory).length > 0) throw failure('EBUSY', directory);
    const isGiven = ({ name }: { name: string }) =>
      this.directories(directory).some((child) =>
        (this.files.get(join(directory, child, 'cgroup.subtree_control')) ?? '').split(' ').includes(name),
      );
    if (!on && names.some(isGiven)) throw failure('EBUSY', directory);
    const now = new Set((this.files.get(join(directory, 'cgroup.subtree_control')) ?? '').split(' '));
    for (const { on, name } of names)
      if (on) now.add(name);
      else now.delete(name);
    this.files.set(join(directory, 'cgroup.subtree_control'), [...now].filter(Boolean).join(' '));
  }

  private checkRights(directory: string, path: string): void {
    if (this.mountOf(directory)?.readOnly) throw failure('EROFS', path);
    if (this.options.writable?.(directory) === false) throw failure('EACCES', path);
  }

  private exists(directory: string): boolean {
    return this.files.has(join(directory, 'cgroup.procs'));
  }

  /**
   * Also "domain" where a child of a threaded cgroup would be "domain invalid". Undefined for the root and in
   * v1.
   */
  private typeOf(directory: string): string | undefined {
    return this.files.get(join(directory, 'cgroup.type'))?.trim();
  }

  private cgroupFile(pid: number): string {
    const directory = this.directoryOf(pid);
    const mount = directory && this.mountOf(directory);
    if (!mount || directory === this.ownDirectory()) return this.options.self;
    const shown = mount.root === '/' ? '' : mount.root;
    const path = `${shown}${directory.slice(mount.point.length)}` || '/';
    return this.options.self.replace(/^0::.*$/m, `0::${path}`);
  }

  private directoryOf(pid: number): string | undefined {
    const { scopes } = this.options;
    const file = scopes && join(scopes.folder, String(pid));
    const mount = this.mounts.find(({ isV2 }) => isV2);
    if (scopes && file && mount && !this.processes.has(pid) && existsSync(file)) {
      const scope = join(mount.point, scopes.parent, `${readFileSync(file, 'utf8').trim()}.scope`);
      this.populate(scope, {
        has: this.files.get(join(mount.point, scopes.parent, 'cgroup.subtree_control')),
      });
      this.processes.set(pid, scope);
    }
    return this.processes.get(pid) ?? this.processes.get(process.pid);
  }

  private processesIn(directory: string): number[] {
    const inV2 = [...this.processes].filter(([, path]) => path === directory);
    const inV1 = [...this.inV1].filter(([, paths]) => paths.has(directory));
    return [...inV2, ...inV1].map(([pid]) => pid).filter(isRunning);
  }
}

interface Mount {
  point: string;
  root: string;
  readOnly: boolean;
  isV2: boolean;
}

function readMount(line: string): Mount {
  const [, , , root = '', point = '', flags = ''] = line.split(' ');
  return { point, root, readOnly: flags.split(',').includes('ro'), isV2: line.includes(' - cgroup2 ') };
}

function isRunning(pid: number): boolean {
  if (pid === 0) return true; // a process in another pid namespace
  try {
    return !/^\d+ \(.*\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
