import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Identifies a process, even if its pid is reused later. */
export interface ProcessRef {
  pid: number;
  /** Start of the process in clock ticks since boot (field 22 of /proc/PID/stat, see proc(5)). */
  startTime: number;
}

interface ProcessInfo extends ProcessRef {
  state: string;
  parent: number;
  group: number;
  session: number;
}

/** Environment variable that identifies the processes of a run, even after their parents are gone. */
export const RUN_MARKER = 'BACKEND_UNDER_LOAD_RUN';

/** The living process with this pid, or undefined. A zombie counts as dead. */
export function processRef(pid: number): ProcessRef | undefined {
  const info = processInfo(pid);
  return info && { pid, startTime: info.startTime };
}

export function isAlive(ref: ProcessRef): boolean {
  return processRef(ref.pid)?.startTime === ref.startTime;
}

function processInfo(pid: number): ProcessInfo | undefined {
  const text = readOrEmpty(`/proc/${pid}/stat`);
  // The second field is the name in parentheses, which may itself contain spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = '', parent, group, session] = fields;
  if (text === '' || state === 'Z' || state === 'X') return undefined;
  const number = (field?: string) => Number(field);
  return {
    pid,
    state,
    parent: number(parent),
    group: number(group),
    session: number(session),
    startTime: number(fields[19]),
  };
}

function processes(): ProcessInfo[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processInfo(Number(name)) ?? []);
}

/** The pids of the children of every process. Reads all of /proc, for kernels that do not list children. */
export function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const { pid, parent } of processes()) children.set(parent, [...(children.get(parent) ?? []), pid]);
  return children;
}

/**
 * Sends SIGKILL to the given processes, to all their descendants and groups (also those with their own
 * session, like PostgreSQL's), and to every process that carries the run's marker. Waits until they are gone.
 * @returns the number of killed processes.
 */
export async function killRun(runId: string, leaders: ProcessRef[], deadlineMs: number): Promise<number> {
  const roots = new Map(leaders.filter(isAlive).map((ref) => [ref.pid, ref.startTime]));
  const killed = new Set<number>();
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const victims = family(runId, roots);
    if (victims.length === 0 || performance.now() > deadline) return killed.size;
    for (const { pid } of victims) {
      killed.add(pid);
      sendKill(pid);
    }
    await sleep(10);
  }
}

/**
 * The living processes of the run. They become roots, so their children are found even when they are gone.
 */
function family(runId: string, roots: Map<number, number>): ProcessInfo[] {
  const all = processes().filter(({ pid }) => pid !== process.pid);
  for (const p of all) {
    if (roots.has(p.pid) && roots.get(p.pid) !== p.startTime) roots.delete(p.pid); // the pid was reused
  }
  const found = new Map<number, ProcessInfo>();
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const p of all) {
      const related = [p.pid, p.parent, p.group, p.session].some((id) => roots.has(id));
      if (found.has(p.pid) || !(related || hasMark(p.pid, runId))) continue;
      found.set(p.pid, p);
      roots.set(p.pid, p.startTime);
    }
  }
  return [...found.values()];
}

function hasMark(pid: number, runId: string): boolean {
  return `\0${readOrEmpty(`/proc/${pid}/environ`)}`.includes(`\0${RUN_MARKER}=${runId}\0`);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** Sends SIGKILL to a process that may have just ended. */
export function sendKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
