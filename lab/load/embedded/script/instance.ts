import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LabError } from '../../../model/errors';
import { consoleModule } from '../modules/console';
import { GoError } from '../modules/go-error';
import { toArrayBuffer } from '../modules/http/body';
import { HttpSession } from '../modules/http/session';
import { timersModule } from '../modules/timers';
import { webCrypto } from '../modules/web-crypto';
import type { IterationContext, Tags, VU } from '../vu';
import { rewrittenCalls } from './claims';
import type { Globals, ModuleExports } from './compile';
import { fromScript } from './exceptions';
import { createLibrary } from './library';
import { globalObject } from './natives';
import { RUNTIME } from './rewrite';
import { Runtime } from './runtime';
import { sequentialCalls } from './sequentially';
import type { Shared } from './shared';

/** One VU: an instance of the script's modules with its own globals, cookies and connections. */
export class Instance implements VU {
  readonly exports: ModuleExports;
  private readonly runtime: Runtime;
  private readonly session: HttpSession;
  private readonly env: Record<string, string>;
  private scenarioEnv: Record<string, string> | undefined;
  private setupData: { copy: unknown } | undefined;
  /** The module in evaluation, to which paths of open() are relative. */
  private evaluating = '';

  constructor(
    readonly id: number,
    private readonly shared: Shared,
  ) {
    this.runtime = new Runtime(id, shared);
    this.session = new HttpSession(this.runtime);
    this.env = { ...shared.env };
    this.exports = this.guard(() =>
      shared.compiled.evaluate(
        this.globals(),
        createLibrary(this.runtime, this.session),
        (file) => (this.evaluating = file),
      ),
    );
    this.checkInit();
    this.runtime.phase = 'idle';
  }

  get tags(): Tags {
    return this.runtime.tagSet.tags;
  }

  async iterate(context: IterationContext): Promise<void> {
    this.setEnv(context.env);
    this.setupData ??= { copy: copyOf(context.setupData) };
    await this.call(context, context.exec, [this.setupData.copy]);
  }

  /** Runs an exported function in the given context. */
  async call(context: IterationContext, exec: string, values: unknown[], group = ''): Promise<unknown> {
    const run = this.exports[exec] as (...values: unknown[]) => unknown;
    try {
      return await this.runtime.run(context, group, async () => {
        return this.runtime.callBack(() => run(...values)).result;
      });
    } catch (error) {
      throw fromScript(error, this.shared.compiled);
    } finally {
      this.countTraffic();
    }
  }

  async close(): Promise<void> {
    this.session.close();
  }

  private countTraffic(): void {
    const { sent, received } = this.session.connections.traffic.take();
    const { sink } = this.shared.host;
    const { tags } = this;
    sink.metric('data_sent', 'counter', 'data').add(sent, tags);
    sink.metric('data_received', 'counter', 'data').add(received, tags);
  }

  private setEnv(env: Record<string, string>): void {
    if (env === this.scenarioEnv) return;
    this.scenarioEnv = env;
    for (const name of Object.keys(this.env)) delete this.env[name];
    Object.assign(this.env, this.shared.env, env);
  }

  /** Even a script that catches what exec.test.abort() throws has ended the test. */
  private checkInit(): void {
    const problem = this.runtime.abortedInInit ?? this.runtime.claims.check();
    if (problem) throw problem;
  }

  private guard<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      this.checkInit();
      throw fromScript(error, this.shared.compiled);
    }
  }

  private globals(): Globals {
    const { runtime } = this;
    const own: Globals = {
      [RUNTIME]: {
        ...rewrittenCalls(runtime.claims),
        sequentially: sequentialCalls(runtime.claims),
        get iteration() {
          if (runtime.hasIteration) return runtime.iteration;
          throw new ReferenceError('__ITER is not defined');
        },
        get iterationType() {
          return runtime.hasIteration ? 'number' : 'undefined';
        },
        get isInit() {
          return runtime.phase === 'init';
        },
        global(name: string): unknown {
          if (name in all) return all[name];
          throw new ReferenceError(`${name} is not defined`);
        },
        typeOfGlobal: (name: string) => typeof all[name],
        meta: (file: string) => ({
          url: `file://${file}`,
          resolve: (specifier: string) => `file://${resolve(dirname(file), specifier)}`,
        }),
      },
      __ENV: this.env,
      __VU: this.id,
      Math: runtime.math,
      console: consoleModule((line) => this.shared.host.log(line)),
      open: (path: string, mode?: string) => this.open(path, mode),
      ...timersModule(runtime),
      crypto: webCrypto(runtime),
      GoError,
    };
    const { [RUNTIME]: _hidden, ...visible } = own;
    const all = globalObject(visible);
    return { ...own, globalThis: all, global: all };
  }

  private open(path: string, mode = ''): string | ArrayBuffer {
    if (this.runtime.phase !== 'init') {
      throw new GoError('the "open" function is only available in the init stage (i.e. the global scope)');
    }
    const file = resolve(dirname(this.evaluating), path.replace(/^file:\/\//, ''));
    let content = this.shared.files.get(file);
    if (!content) {
      if (!existsSync(file))
        throw new LabError(
          `open(): no such file: ${file}`,
          'usage',
          'A path is relative to the module that is being loaded.',
        );
      content = readFileSync(file);
      this.shared.files.set(file, content);
    }
    return mode.includes('b') ? toArrayBuffer(content) : content.toString();
  }
}

const copyOf = (data: unknown): unknown =>
  data === undefined ? undefined : JSON.parse(JSON.stringify(data));
