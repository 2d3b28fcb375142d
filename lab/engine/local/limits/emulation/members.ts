import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { childrenByParent } from '../../lifetime/processes';
import { pageSize } from './page-size';

/** Memory page, bytes: statm counts in pages. */
const PAGE_BYTES = pageSize();

/** How a thread's CPU time is read: in ns where the kernel has schedstat, else in ticks of 10 ms. See proc(5). */
const CLOCKS = {
  schedstat: (text: string) => parseInt(text, 10) / 1e6,
  stat: ticksToMs,
};

/** What a kernel may be built without (CONFIG_SCHED_INFO, CONFIG_PROC_CHILDREN). */
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
  /** Open files of /proc, which are much cheaper to read again than to open. */
  clock: number;
  children?: number;
  usedMs: number;
  /** Whether it used CPU when last looked at. */
  busy: boolean;
}

interface Member {
  statm: number;
  threads: Map<number, Thread>;
}

/** The processes of one cage: those added and all their descendants, whatever session they moved to. */
export class Members {
  private readonly members = new Map<number, Member>();

  constructor(private readonly features = FEATURES) {}

  get size(): number {
    return this.members.size;
  }

  /** Whether all have ended; a zombie, which waits for its parent to take note, has: it has no memory any more. */
  get ended(): boolean {
    return [...this.members.values()].every(({ statm }) => (readStart(statm) ?? '0 ').startsWith('0 '));
  }

  /** Threads that seem to want a core now, as far as there are cores: at least 1. */
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

  /** Finds threads and child processes that have come since the last scan; returns the new processes. */
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
   * CPU time used since the last call, ms, and forgets what has ended. Only a `thorough` look reads the
   * threads that were idle at the last one; what they used meanwhile is not lost but told later.
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
   * Memory of its own (resident, without files and shared pages) of every process, and the shared memory of
   * the one that has most of it mapped, so that PostgreSQL's buffers count once.
   */
  memoryBytes(): { own: number; shared: () => number } {
    let own = 0;
    for (const { statm } of this.members.values()) {
      const [, resident = 0, shared = 0] = (readStart(statm) ?? '').split(' ').map(Number);
      own += (resident - shared) * PAGE_BYTES;
    }
    return { own, shared: () => Math.max(0, ...[...this.members.keys()].map(sharedMemory)) };
  }

  /** Signals processes, all by default. A pid that was given to another is never signalled. */
  signal(signal: NodeJS.Signals, pids: Iterable<number> = this.members.keys()): void {
    for (const pid of pids) {
      const main = this.members.get(pid)?.threads.get(pid);
      // The open file belongs to the process and not to its pid: it cannot be read once that has ended.
      if (main && readStart(main.clock) !== undefined) send(pid, signal);
    }
  }

  /** SIGKILLs all, and what they fork meanwhile. */
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

/** Room for the pids of more children than a lab's process ever has. */
const buffer = Buffer.alloc(8192);

/** The beginning of an open file of /proc, read anew; undefined when what it describes has ended. */
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
