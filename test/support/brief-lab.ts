import { spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RUN_MARKER } from '../../lab/engine/local/lifetime/processes';
import type { RunState } from '../../lab/engine/local/lifetime/state';
import type { TelemetryEvent } from '../../lab/model/events';
import type { Experiment } from '../../lab/model/experiment';
import { readRecording } from '../../lab/recording/recorder';
import { buildOnce } from './build';
import { eventually } from './eventually';

const ROOT = resolve(__dirname, '../..');
/** The longest wait for a lab before and under its load. */
export const PATIENCE_MS = 60_000;
/** The reaper's promise: nothing is left this long after the lab has died. */
export const REAPED_WITHIN_MS = 5_000;

/** An experiment that ends within seconds and uses the whole system. */
export const BRIEF: Experiment = {
  title: 'Everything is asked for a few seconds',
  seconds: { full: 40, compressed: 8 },
  roles: { aggressor: { scenario: 'users', label: 'the users' } },
  pressure: { signal: 'request_rate', during: [0, 1], is: '>=', threshold: 5 },
  claims: [
    {
      id: 'no-restart',
      says: 'no container ends',
      because: 'nothing asks for it',
      signal: 'restarts',
      is: '<',
      threshold: 1,
    },
  ],
};

const LOAD = `
import http from 'k6/http';
import { BASE_URL, length } from '../shared/length.ts';

export const options = {
  scenarios: {
    users: {
      executor: 'constant-arrival-rate',
      rate: 10,
      duration: length('40s', '8s'),
      preAllocatedVUs: 50,
      gracefulStop: '5s',
    },
  },
};

export default function () {
  for (const path of ['/api/fast', '/api/order?id=1', '/api/price']) {
    http.get(BASE_URL + path, { timeout: '5s', tags: { name: path } });
  }
}
`;

/**
 * Installs the compiled lab as a user would have it, with the experiment `brief` beside its own experiments.
 */
export async function installBriefLab(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lab-installed-'));
  const build = await buildOnce();
  const isOwn = (path: string): boolean => !path.endsWith('node_modules');
  cpSync(build, join(folder, 'build'), { recursive: true, filter: isOwn });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const withoutRecordings = (path: string): boolean => !path.endsWith('recordings');
  cpSync(join(ROOT, 'loadtests'), join(folder, 'loadtests'), { recursive: true, filter: withoutRecordings });
  for (const path of ['package.json', 'bin'])
    cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  const [source, compiled] = [join(folder, 'loadtests/brief'), join(folder, 'build/loadtests/brief')];
  for (const path of [source, compiled]) mkdirSync(path);
  writeFileSync(join(source, 'load.ts'), LOAD);
  writeFileSync(join(source, 'README.md'), '# Brief\n');
  writeFileSync(join(compiled, 'experiment.js'), `exports.experiment = ${JSON.stringify(BRIEF)};\n`);
  return folder;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Start {
  args?: string[];
  env?: NodeJS.ProcessEnv;
  /**
   * The program that starts the lab, with a command as its last arguments. OUT stands for the run's folder.
   */
  by?: string[];
  stdin?: 'ignore' | 'pipe';
}

/** One `lab run brief` with its own process group and its own folder for temporary files. */
export class BriefRun {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly out: string;
  stderr = '';
  stdout = '';
  private readonly temporary: string;
  private readonly scratch: string;

  constructor(
    private readonly installed: string,
    { args = [], env = {}, by = [], stdin = 'ignore' }: Start = {},
  ) {
    this.scratch = mkdtempSync(join(tmpdir(), 'lab-brief-'));
    // PostgreSQL's user has to pass through this folder.
    chmodSync(this.scratch, 0o711);
    [this.out, this.temporary] = [join(this.scratch, 'runs'), join(this.scratch, 'tmp')];
    for (const folder of [this.out, this.temporary]) mkdirSync(folder, { mode: 0o711 });
    const lab = [process.execPath, join(installed, 'bin/lab.js'), 'run', 'brief', '--out', this.out, ...args];
    const wrapper = by.map((word) => (word === 'OUT' ? this.out : word));
    const [program, ...rest] = [...wrapper, ...lab];
    this.child = spawn(program as string, rest, {
      detached: true,
      env: { ...process.env, TMPDIR: this.temporary, ...env },
      stdio: [stdin, 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = new Promise((done, failed) => {
      this.child.on('error', failed);
      this.child.on('close', (code) => done({ code, stdout: this.stdout, stderr: this.stderr }));
    });
  }

  /** Sends a signal to the whole process group, as a terminal does. */
  signal(signal: NodeJS.Signals): void {
    process.kill(-(this.child.pid as number), signal);
  }

  type(text: string): void {
    this.child.stdin?.write(text);
  }

  /** The events recorded so far. */
  events(): TelemetryEvent[] {
    const [folder] = readdirSync(this.out);
    const file = join(this.out, folder ?? '', 'default.jsonl');
    // The recording may be open but not yet written.
    return readOrEmpty(file).includes('\n') ? readRecording(file) : [];
  }

  /** Waits until the recording contains this many seconds of load. */
  async underLoad(seconds: number): Promise<void> {
    await eventually(
      `${seconds} s of load`,
      () => {
        const begun = this.events().find((event) => event.type === 'phase' && event.name === 'load');
        return begun !== undefined && (this.events().at(-1)?.t ?? 0) >= begun.t + seconds * 1000;
      },
      PATIENCE_MS,
    );
  }

  /** The living processes of the run's pods, with their command lines. */
  pods(): { pid: number; command: string }[] {
    const states = this.states();
    return living().filter(({ pid }) => {
      const environment = readOrEmpty(`/proc/${pid}/environ`);
      return states.some(({ runId }) => environment.includes(`${RUN_MARKER}=${runId}\0`));
    });
  }

  /** The first process of a pod, found by a part of its command line. */
  pod(command: string): number {
    return pidOf(command, this.pods());
  }

  generator(): number {
    return pidOf(join(this.installed, 'build/lab/load/embedded/child.js'), living());
  }

  /** The run's control groups and processes, to be checked for leftovers later. */
  traces(): Traces {
    const states = this.states();
    return {
      cgroups: states.flatMap(({ cgroups }) => cgroups),
      pids: [this.child.pid as number, ...this.pods().map(({ pid }) => pid)],
    };
  }

  /** The traces that still exist, shared memory of the processes, and every temporary file. */
  left({ cgroups, pids }: Traces): string[] {
    return [
      ...cgroups.filter((path) => existsSync(path)),
      ...pids.filter((pid) => existsSync(`/proc/${pid}`)).map((pid) => `process ${pid}`),
      ...living()
        .filter(({ command }) => command.includes(this.scratch))
        .map(({ pid, command }) => `process ${pid}: ${command}`),
      ...segmentsOf(pids),
      ...filesIn(this.temporary).filter((path) => !/^backend-under-load-\d+$/.test(path)),
    ];
  }

  /** What is left when the reaper's time after the lab's end is over; it should be nothing. */
  async leftByReaper(traces: Traces): Promise<string[]> {
    const deadline = performance.now() + REAPED_WITHIN_MS;
    for (;;) {
      const left = this.left(traces);
      if (left.length === 0 || performance.now() > deadline) return left;
      await sleep(50);
    }
  }

  /** Ends what a failed test has left, and removes the run's files. */
  async clean(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.signal('SIGKILL');
      await this.ended;
    }
    const gone = () => this.states().length === 0 && this.pods().length === 0;
    await eventually('the reaper is done', gone, PATIENCE_MS).catch(() => undefined);
    rmSync(this.scratch, { recursive: true, force: true });
  }

  private states(): RunState[] {
    const folders = readdirSync(this.temporary).map((name) => join(this.temporary, name));
    return folders
      .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name, 'state.json')))
      .flatMap((path) => JSON.parse(readOrEmpty(path) || '[]') as RunState | []);
  }
}

export interface Traces {
  cgroups: string[];
  pids: number[];
}

function pidOf(command: string, processes: { pid: number; command: string }[]): number {
  const found = processes.find((one) => one.command.includes(command));
  if (!found) throw new Error(`no process of the run is ${command}`);
  return found.pid;
}

function living(): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({
      pid: Number(name),
      command: readOrEmpty(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim(),
    }))
    .filter(({ command }) => command !== '');
}

/** System V shared memory that one of these processes created. */
function segmentsOf(pids: number[]): string[] {
  const [, ...lines] = readOrEmpty('/proc/sysvipc/shm').trim().split('\n');
  const rows = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return rows.flatMap(([, id, , , creator]) =>
    pids.includes(creator as number) ? [`shared memory ${id} of process ${creator}`] : [],
  );
}

/** Every path below a folder, even while a reaper is removing them. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [`being removed: ${(error as Error).message}`];
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
