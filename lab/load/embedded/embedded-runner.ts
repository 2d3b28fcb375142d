import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { LabError } from '../../model/errors';
import type { LoadOptions, LoadRunner, LoadSummary } from '../../model/load-runner';
import { entryPoint } from '../../support/entry-point';
import { LastLines } from '../last-lines';
import type { FromGenerator, ToGenerator } from './protocol';

/** A generator that has not ended this long after an abort is stuck in the script, so it is killed. */
const ABORT_LIMIT_MS = 30_000;

/**
 * Runs k6 scripts without k6, in a separate process. So the lab cannot delay the load, and the cost of the
 * load is measured separately. `t` of the events is milliseconds since the call of `run`.
 */
export function embeddedRunner(): LoadRunner {
  let prepared: Generator | undefined;
  return {
    name: 'embedded',
    async prepare(options) {
      const generator = new Generator(options);
      await generator.prepare();
      prepared = generator;
    },
    run(options) {
      const generator = prepared ?? new Generator(options);
      prepared = undefined;
      return generator.run();
    },
  };
}

class Generator {
  private readonly child: ChildProcess = forkChild();
  private readonly lines = new LastLines();

  private readonly ready = new Promise<void>((resolve) => {
    this.child.on('message', ({ type }: FromGenerator) => type === 'prepared' && resolve());
  });
  private readonly done: Promise<LoadSummary>;

  constructor(private readonly options: LoadOptions) {
    const { script, env, allowedHosts } = options;
    this.done = this.result();
    this.done.catch(() => undefined); // the error is thrown where the promise is awaited
    this.send({ type: 'prepare', options: { script, env, allowedHosts } });
  }

  /** Resolves when `run` can begin at once. */
  async prepare(): Promise<void> {
    try {
      await Promise.race([this.ready, this.done]);
    } catch (error) {
      this.child.kill('SIGKILL');
      throw error;
    }
  }

  async run(): Promise<LoadSummary> {
    const { signal } = this.options;
    const originNanos = process.hrtime.bigint();
    const abort = () => this.abort();
    try {
      await this.prepare();
      this.send({ type: 'start', originNanos });
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort, { once: true });
      return await this.done;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.child.kill('SIGKILL');
    }
  }

  private result(): Promise<LoadSummary> {
    const child = this.child;
    this.lines.read(child.stdout!);
    this.lines.read(child.stderr!);
    return new Promise((resolve, reject) => {
      child.on('message', (message: FromGenerator) => {
        if (message.type === 'event') this.options.emit(message.event);
        else if (message.type === 'summary') resolve(message.summary);
        else if (message.type === 'error') reject(new LabError(message.message, message.kind, message.hint));
      });
      child.once('error', reject);
      child.once('close', (code, signal) => reject(died(signal ?? `exit code ${code}`, this.lines.text)));
    });
  }

  private abort(): void {
    this.send({ type: 'abort' });
    setTimeout(() => this.child.kill('SIGKILL'), ABORT_LIMIT_MS).unref();
  }

  private send(message: ToGenerator): void {
    this.child.send(message, () => undefined); // the 'close' event reports a dead child
  }
}

function died(how: string, lastLines: string): LabError {
  return new LabError(
    `the load generator died: ${how}${lastLines && `\n${lastLines}`}`,
    'environment',
    'Run it again. If it ran out of memory, lower the number of VUs.',
  );
}

function forkChild(): ChildProcess {
  const { file, execArgv } = entryPoint(join(__dirname, 'child'));
  return fork(file, [], {
    execArgv,
    env: process.env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
}
