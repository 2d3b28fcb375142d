import { availableParallelism } from 'node:os';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { childrenByParent } from '../../lifetime/processes';

/** Memory page, bytes: statm counts in pages. Other sizes are rare, and then the limit errs on the safe side. */
const PAGE_BYTES = 4096;

/** How a thread's CPU time is read: in ns where the kernel has schedstat, else in ticks of 10 ms. See proc(5). */
const CLOCK = existsSync('/proc/self/schedstat')
  ? { file: 'schedstat', toMs: (text: string) => parseInt(text, 10) / 1e6 }
  : { file: 'stat', toMs: ticksToMs };

const HAS_CHILDREN_FILE = existsSync(`/proc/self/task/${process.pid}/children`);

interface Thread {
  clock: number;
  usedMs: number;
}

interface Member {
  statm: number;
  threads: Map<number, Thread>;
}

/** The processes of one cage: those added and all their descendants, whatever session they moved to. */
export class Members {
  private readonly members = new Map<number, Member>();

  get size(): number {
    return this.members.size;
  }

  /** Threads that can be on a core at the same time. */
  get parallelism(): number {
    let threads = 0;
    for (const member of this.members.values()) threads += member.threads.size;
    return Math.max(1, Math.min(threads, availableParallelism()));
  }

  add(pid: number): void {
    const statm = open(`/proc/${pid}/statm`);
    if (statm === undefined || this.members.has(pid)) return;
    this.members.set(pid, { statm, threads: new Map() });
    this.scan();
  }

  /** Finds threads and child processes that have come since the last scan. */
  scan(): void {
    const scanned = HAS_CHILDREN_FILE ? undefined : childrenByParent();
    const queue = [...this.members.keys()];
    for (const pid of queue) {
      const threads = this.refreshThreads(pid);
      const children = scanned?.get(pid) ?? threads.flatMap((tid) => childrenOf(pid, tid));
      for (const child of children) {
        const statm = this.members.has(child) ? undefined : open(`/proc/${child}/statm`);
        if (statm === undefined) continue;
        this.members.set(child, { statm, threads: new Map() });
        queue.push(child);
      }
    }
  }

  /** CPU time that all threads used since the last call, ms. Forgets those that have ended. */
  takeCpuMs(): number {
    let sum = 0;
    for (const [pid, member] of this.members) {
      for (const [tid, thread] of member.threads) {
        const text = readStart(thread.clock);
        if (text === undefined) {
          closeSync(thread.clock);
          member.threads.delete(tid);
          continue;
        }
        const usedMs = CLOCK.toMs(text);
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

  /** Signals every process, also those forked meanwhile. A pid that was given to another is never signalled. */
  signal(signal: NodeJS.Signals): void {
    const done = new Set<number>();
    for (let before = -1; before < done.size; this.scan()) {
      before = done.size;
      for (const [pid, member] of this.members) {
        if (done.has(pid)) continue;
        done.add(pid);
        const main = member.threads.get(pid);
        // The open file belongs to the process and not to its pid: it cannot be read once that has ended.
        if (main && readStart(main.clock) !== undefined) send(pid, signal);
      }
    }
  }

  close(): void {
    for (const [pid, member] of this.members) {
      for (const { clock } of member.threads.values()) closeSync(clock);
      this.forget(pid, member);
    }
  }

  private forget(pid: number, member: Member): void {
    closeSync(member.statm);
    this.members.delete(pid);
  }

  private refreshThreads(pid: number): number[] {
    const threads = this.members.get(pid)?.threads;
    const tids = listOrNone(`/proc/${pid}/task`).map(Number);
    for (const tid of tids) {
      if (threads?.has(tid)) continue;
      const clock = open(`/proc/${pid}/task/${tid}/${CLOCK.file}`);
      if (clock !== undefined) threads?.set(tid, { clock, usedMs: 0 });
    }
    return tids;
  }
}

const buffer = Buffer.alloc(1024);

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

function childrenOf(pid: number, tid: number): number[] {
  return readOrEmpty(`/proc/${pid}/task/${tid}/children`).split(' ').filter(Boolean).map(Number);
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
