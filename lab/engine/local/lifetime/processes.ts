import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessRef {
  pid: number;
  /** Clock ticks between the boot and the start of the process (field 22 of /proc/PID/stat, see proc(5)). */
  startTime: number;
}

interface ProcessInfo extends ProcessRef {
  state: string;
  parent: number;
  group: number;
  session: number;
}

/** Environment variable by which processes of a run are known even when their parents are gone. */
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
  // The second field is the name in parentheses, which may itself hold spaces and parentheses.
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

/** Pids of the children of every process, by reading all of /proc: for kernels that do not list children. */
export function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const { pid, parent } of processes()) children.set(parent, [...(children.get(parent) ?? []), pid]);
  return children;
}

/**
 * SIGKILLs the given processes, all their descendants and groups (also those that moved to a session of
 * their own, as PostgreSQL's do), and whatever carries the mark of the run; waits until they are gone.
 * @returns how many were killed.
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

/** Living processes of the run; those found become roots, so that their children are found when they are gone. */
function family(runId: string, roots: Map<number, number>): ProcessInfo[] {
  const all = processes().filter(({ pid }) => pid !== process.pid);
  for (const p of all) {
    if (roots.has(p.pid) && roots.get(p.pid) !== p.startTime) roots.delete(p.pid); // the pid was given to another
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

/** SIGKILL to a process that may just have ended. */
export function sendKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
