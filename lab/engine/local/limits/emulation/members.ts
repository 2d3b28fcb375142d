import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { childrenByParent } from '../../lifetime/processes';
import { pageSize } from './page-size';

/** Size of a memory page, bytes. /proc/PID/statm counts in pages. */
const PAGE_BYTES = pageSize();

/** Parsers for a thread's CPU time: ns if the kernel has schedstat, otherwise ticks of 10 ms. See proc(5). */
const CLOCKS = {
  schedstat: (text: string) => parseInt(text, 10) / 1e6,
  stat: ticksToMs,
};

/** Optional kernel features (CONFIG_SCHED_INFO, CONFIG_PROC_CHILDREN). */
interface ProcFeatures {
  clock: keyof typeof CLOCKS;
  listsChildren: boolean;
}

const FEATURES: ProcFeatures = {
  clock: existsSync('/proc/self/schedstat') ? 'schedstat' : 'stat',
  listsChildren: existsSync(`/proc/self/task/${process.pid}/children`),
};

const CORES = availableParallelism();

interface Thread {
  /** Open file of /proc. Reading it again is much cheaper than opening it again. */
  clock: number;
  children?: number;
  usedMs: number;
  /** Whether it had used CPU at the last check. */
  busy: boolean;
}

interface Member {
  statm: number;
  threads: Map<number, Thread>;
}

/** The processes of one cage: the added ones and all their descendants, in whatever session. */
export class Members {
  private readonly members = new Map<number, Member>();

  constructor(private readonly features = FEATURES) {}

  get size(): number {
    return this.members.size;
  }

  /** Whether all have ended. A zombie counts as ended: it has no memory any more. */
  get ended(): boolean {
    return [...this.members.values()].every(({ statm }) => (readStart(statm) ?? '0 ').startsWith('0 '));
  }

  /** Number of threads that seem to want a core now: at least 1, at most the number of cores. */
  get parallelism(): number {
    let busy = 0;
    for (const { threads } of this.members.values()) {
      for (const thread of threads.values()) busy += Number(thread.busy);
    }
    return Math.max(1, Math.min(busy, CORES));
  }

  add(pid: number): void {
    if (this.enlist(pid)) this.scan();
  }

  /** Finds the threads and child processes that started since the last scan. Returns the new processes. */
  scan(): number[] {
    const scanned = this.features.listsChildren ? undefined : childrenByParent();
    const queue = [...this.members.keys()];
    const known = queue.length;
    for (const pid of queue) {
      const threads = this.refreshThreads(pid);
      const children = scanned?.get(pid) ?? threads.flatMap(childrenOf);
      queue.push(...children.filter((child) => this.enlist(child)));
    }
    return queue.slice(known);
  }

  /**
   * Returns the CPU time used since the last call, ms, and drops threads and processes that have ended.
   * Threads that were idle at the last check are read only if `thorough`; their CPU time is then counted
   * later, not lost.
   */
  takeCpuMs(thorough: boolean): number {
    let sum = 0;
    for (const [pid, member] of this.members) {
      for (const [tid, thread] of member.threads) {
        if (!thorough && !thread.busy && tid !== pid) continue;
        const text = readStart(thread.clock);
        if (text === undefined) {
          closeThread(thread);
          member.threads.delete(tid);
          continue;
        }
        const usedMs = CLOCKS[this.features.clock](text);
        thread.busy = usedMs > thread.usedMs;
        sum += usedMs - thread.usedMs;
        thread.usedMs = usedMs;
      }
      if (member.threads.size === 0) this.forget(pid, member);
    }
    return sum;
  }

  /**
   * `own`: the private memory (resident, without files and shared pages) of all processes. `shared`: the
   * shared memory of the process that maps most of it, so that PostgreSQL's buffers count once. Both in
   * bytes.
   */
  memoryBytes(): { own: number; shared: () => number } {
    let own = 0;
    for (const { statm } of this.members.values()) {
      const [, resident = 0, shared = 0] = (readStart(statm) ?? '').split(' ').map(Number);
      own += (resident - shared) * PAGE_BYTES;
    }
    return { own, shared: () => Math.max(0, ...[...this.members.keys()].map(sharedMemory)) };
  }

  /** Signals processes; default: all. A reused pid is never signaled. */
  signal(signal: NodeJS.Signals, pids: Iterable<number> = this.members.keys()): void {
    for (const pid of pids) {
      const main = this.members.get(pid)?.threads.get(pid);
      // The open file belongs to the process, not to its pid. It cannot be read once the process has ended.
      if (main && readStart(main.clock) !== undefined) send(pid, signal);
    }
  }

  /** Sends SIGKILL to all processes, and to those that they fork in the meantime. */
  kill(): void {
    let victims = [...this.members.keys(), ...this.scan()];
    while (victims.length > 0) {
      this.signal('SIGKILL', victims);
      victims = this.scan();
    }
  }

  close(): void {
    for (const [pid, member] of this.members) {
      for (const thread of member.threads.values()) closeThread(thread);
      this.forget(pid, member);
    }
  }

  private enlist(pid: number): boolean {
    const statm = this.members.has(pid) ? undefined : open(`/proc/${pid}/statm`);
    if (statm !== undefined) this.members.set(pid, { statm, threads: new Map() });
    return statm !== undefined;
  }

  private forget(pid: number, member: Member): void {
    closeSync(member.statm);
    this.members.delete(pid);
  }

  private refreshThreads(pid: number): Thread[] {
    const threads = this.members.get(pid)?.threads ?? new Map<number, Thread>();
    for (const tid of listOrNone(`/proc/${pid}/task`).map(Number)) {
      const directory = `/proc/${pid}/task/${tid}`;
      const clock = threads.has(tid) ? undefined : open(`${directory}/${this.features.clock}`);
      if (clock === undefined) continue;
      threads.set(tid, { clock, children: open(`${directory}/children`), usedMs: 0, busy: true });
    }
    return [...threads.values()];
  }
}

/** Large enough for the pids of more children than any process of a run has. */
const buffer = Buffer.alloc(8192);

/** Reads the start of an open file of /proc again; undefined when its process or thread has ended. */
function readStart(file: number): string | undefined {
  try {
    return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0));
  } catch {
    return undefined;
  }
}

function open(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}

function listOrNone(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function childrenOf({ children }: Thread): number[] {
  const text = children === undefined ? undefined : readStart(children);
  return (text ?? '').split(' ').filter(Boolean).map(Number);
}

function closeThread({ clock, children }: Thread): void {
  closeSync(clock);
  if (children !== undefined) closeSync(children);
}

function sharedMemory(pid: number): number {
  const [, kibibytes = '0'] = /^RssShmem:\s+(\d+)/m.exec(readOrEmpty(`/proc/${pid}/status`)) ?? [];
  return Number(kibibytes) * 1024;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function ticksToMs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
