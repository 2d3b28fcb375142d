import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { cpuTimeMs } from '../../lab/load/k6/cpu-time';

/** The measured process gets its own core; its counterpart gets the other. */
export type Core = 'measured' | 'other';

/** The command prefix that pins a process to its core, if the host supports that. */
export function pinnedTo(core: Core): string[] {
  return canPin() ? ['taskset', '-c', core === 'measured' ? '1' : '0'] : [];
}

let pins: boolean | undefined;
const canPin = (): boolean =>
  (pins ??= cpus().length > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0);

/** A program started by the benchmark. All remaining programs end with the benchmark. */
export class Program {
  private static readonly running = new Set<Program>();
  private readonly lines = { stdout: [] as string[], stderr: [] as string[] };
  private readonly waiting = new Set<() => void>();
  private readonly closed: Promise<unknown>;

  constructor(readonly child: ChildProcess) {
    for (const stream of ['stdout', 'stderr'] as const) {
      createInterface({ input: child[stream]! }).on('line', (line) => {
        this.lines[stream].push(line);
        for (const wake of this.waiting) wake();
      });
    }
    Program.running.add(this);
    this.closed = once(child, 'close').finally(() => {
      Program.running.delete(this);
      for (const wake of this.waiting) wake();
    });
  }

  static start([command, ...args]: string[], { env = {}, core }: StartOptions = {}): Program {
    const [program, ...rest] = [...(core ? pinnedTo(core) : []), command as string, ...args];
    const child = spawn(program as string, rest, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Program(child);
  }

  static killAll(): void {
    for (const { child } of Program.running) child.kill('SIGKILL');
  }

  /** The CPU time so far, in ms. */
  get cpuMs(): number {
    return cpuTimeMs(this.child.pid as number);
  }

  get rssBytes(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  }

  /** The first line that matches. @throws Error if the program ends without one. */
  async line(pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout'): Promise<RegExpExecArray> {
    for (let read = 0; ;) {
      for (; read < this.lines[stream].length; read++) {
        const found = pattern.exec(this.lines[stream][read] as string);
        if (found) return found;
      }
      if (!Program.running.has(this)) throw this.failed(`ended without ${pattern}`);
      await this.moreLines();
    }
  }

  /** Everything that the program writes to stdout until it ends. @throws Error if it fails. */
  async output(): Promise<string> {
    await this.closed;
    const { exitCode, signalCode } = this.child;
    if (exitCode !== 0) throw this.failed(`ended with ${exitCode ?? signalCode}`);
    return this.lines.stdout.join('\n');
  }

  /** Sends Ctrl-C and waits for the program to end. */
  async interrupt(): Promise<void> {
    this.child.kill('SIGINT');
    await this.closed;
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.closed;
  }

  private failed(how: string): Error {
    return new Error(`${this.child.spawnargs.join(' ')}: ${how}\n${this.lines.stderr.slice(-20).join('\n')}`);
  }

  private moreLines(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.waiting.delete(wake);
        resolve();
      };
      this.waiting.add(wake);
    });
  }
}

interface StartOptions {
  env?: Record<string, string>;
  core?: Core;
}

process.on('exit', () => Program.killAll());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
