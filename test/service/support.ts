import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildOnce } from '../support/build';
import { eventually } from '../support/eventually';

export interface LogLine {
  event: string;
  [field: string]: unknown;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON, or undefined. */
  json: Record<string, unknown> | undefined;
}

/** A process of the compiled project on a free loopback port. */
export class TestProcess {
  readonly logs: LogLine[] = [];
  stderr = '';
  url = '';
  private static readonly running = new Set<TestProcess>();
  private readonly exited: Promise<{ code: number | null; signal: string | null }>;

  private constructor(readonly child: ChildProcess) {
    createInterface({ input: child.stdout! }).on('line', (line) =>
      this.logs.push(JSON.parse(line) as LogLine),
    );
    child.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    TestProcess.running.add(this);
    this.exited = once(child, 'close').then(([code, signal]) => {
      TestProcess.running.delete(this);
      return { code, signal };
    });
  }

  /** Starts `service` or `downstream` without waiting for it. */
  static async spawn(
    name: 'service' | 'downstream',
    env: Record<string, string | number>,
  ): Promise<TestProcess> {
    const build = await buildOnce();
    const strings = Object.entries(env).map(([key, value]) => [key, String(value)]);
    const child = spawn(process.execPath, [join(build, name, 'main.js')], {
      cwd: build,
      env: { HOST: '127.0.0.1', PORT: '0', ...Object.fromEntries(strings) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new TestProcess(child);
  }

  /** Starts a process and waits until it is ready. */
  static async start(
    name: 'service' | 'downstream',
    env: Record<string, string | number> = {},
  ): Promise<TestProcess> {
    const started = await TestProcess.spawn(name, env);
    await started.logged('ready');
    return started;
  }

  /** Waits for a log line. */
  async logged(event: string): Promise<LogLine> {
    const line = await eventually(`the log line "${event}"`, () => {
      if (this.child.exitCode !== null) throw new Error(`ended with ${this.child.exitCode}: ${this.stderr}`);
      return this.logs.find((entry) => entry.event === event);
    });
    const started = this.logs.find((entry) => entry.event === 'started');
    this.url = `http://127.0.0.1:${started?.port}`;
    return line;
  }

  async get(path: string, options: RequestInit = {}): Promise<Answer> {
    const response = await fetch(this.url + path, options);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parse(text) };
  }

  /** The value of a metric: the sum of its series with these labels. */
  async metric(name: string, labels: Record<string, string> = {}): Promise<number> {
    const { text } = await this.get('/metrics');
    const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
    return text
      .split('\n')
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .filter((line) => wanted.every((label) => line.includes(label)))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  exit(): Promise<{ code: number | null; signal: string | null }> {
    return this.exited;
  }

  /** Kills every process of the test file that still runs, whatever the test results. */
  static async killAll(): Promise<void> {
    await Promise.all(
      [...TestProcess.running].map((process) => {
        process.child.kill('SIGKILL');
        return process.exited;
      }),
    );
  }
}

/** The answers to `count` parallel copies of a request. */
export function burst(target: TestProcess, path: string, count: number): Promise<Answer[]> {
  return Promise.all(Array.from({ length: count }, () => target.get(path)));
}

export function statuses(answers: Answer[]): number[] {
  return [...new Set(answers.map(({ status }) => status))].sort();
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
