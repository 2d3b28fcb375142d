import { setMaxListeners } from 'node:events';
import { LabError } from '../../../model/errors';
import { AbortedInInit, type IterationContext, IterationInterrupted, type Tags } from '../vu';
import type { Cancellable } from './cancellable';
import { Claims } from './claims';
import type { Shared } from './shared';
import { TagSet, toTags } from './tag-set';

export const NEVER = new Promise<never>(() => {});

/**
 * The state of one VU that the k6 modules share: whether it is initializing or running an iteration, its
 * tags, and the operations in progress.
 *
 * When an iteration is interrupted, its pending requests never settle, and no code of the script runs after them, as
 * in k6. A sleep returns, and the script runs on to its next blocking call, but adds no more samples.
 */
export class Runtime {
  phase: 'init' | 'idle' | 'running' = 'init';
  /** __ITER */
  iteration = 0;
  context: IterationContext | undefined;
  group = '';
  /** The script's Math, whose random() can be seeded. */
  readonly math: Math = Object.create(Math) as Math;
  readonly claims: Claims;
  abortedInInit: AbortedInInit | undefined;
  /** The current tags: of the test, the scenario, the VU (exec.vu.tags) and the group. */
  tagSet: TagSet;
  private signal: AbortSignal | undefined;
  private readonly active = new Set<Cancellable>();
  private readonly waiting: (() => void)[] = [];
  private blocked = false;
  private tasks = 0;
  private drained: (() => void) | undefined;
  private stop: ((reason: Error) => void) | undefined;
  private readonly resets: (() => void)[] = [];

  constructor(
    readonly id: number,
    readonly shared: Shared,
  ) {
    this.tagSet = shared.root;
    this.claims = new Claims(
      (error) => void this.fatal(error),
      (stack) => this.locate(stack),
      shared.compiled.handsOutBlocking,
    );
  }

  /** Registers a function to call before each iteration. */
  onIteration(reset: () => void): void {
    this.resets.push(reset);
  }

  /** Runs one iteration. @throws the error of `main`, IterationInterrupted, or the error given to fatal(). */
  async run<T>(context: IterationContext, group: string, main: () => Promise<T> | T): Promise<T> {
    this.begin(context, group);
    try {
      return await new Promise<T>((resolve, reject) => {
        this.stop = (reason) => this.interrupt(reason, reject);
        if (context.signal.aborted) this.stop(new IterationInterrupted());
        else {
          // Code that runs on after an interruption decides nothing.
          const unless =
            <V>(settle: (value: V) => void) =>
            (value: V) =>
              void (this.interrupted || settle(value));
          this.complete(main).then(unless(resolve), unless(reject));
        }
      });
    } finally {
      this.end();
    }
  }

  private async complete<T>(main: () => Promise<T> | T): Promise<T> {
    let result: T;
    try {
      result = await main();
    } catch (error) {
      throw this.causeOf(error);
    }
    if (this.tasks > 0) await new Promise<void>((resolve) => (this.drained = resolve));
    const unclaimed = this.claims.check();
    if (unclaimed) return this.fatal(unclaimed);
    if (this.blocked)
      return this.fatal(overlap('a blocking call was still in progress when the iteration ended'));
    return result;
  }

  /** Rejects one turn of the event loop later. By then, all code of this iteration waits forever. */
  private interrupt(reason: Error, reject: (reason: Error) => void): void {
    if (this.phase !== 'running') return;
    this.phase = 'idle';
    for (const operation of this.active) operation.cancel();
    this.active.clear();
    setImmediate(reject, reason);
  }

  private begin(context: IterationContext, group: string): void {
    this.listen(context.signal);
    if (context !== this.context) this.tagSet = this.tagsOf(context);
    this.context = context;
    this.iteration = context.iterationInVU;
    this.phase = 'running';
    this.enterGroup(group);
    this.blocked = false;
    this.claims.reset();
    this.tasks = 0;
    this.drained = undefined;
    this.waiting.length = 0;
    for (const reset of this.resets) reset();
  }

  private end(): void {
    this.phase = 'idle';
    this.stop = undefined;
    for (const operation of this.active) operation.cancel();
    this.active.clear();
  }

  private listen(signal: AbortSignal): void {
    if (this.signal === signal) return;
    this.signal?.removeEventListener('abort', this.onAbort);
    this.signal = signal;
    setMaxListeners(0, signal);
    signal.addEventListener('abort', this.onAbort);
  }

  private readonly onAbort = () => this.stop?.(new IterationInterrupted());

  /** The tags at the start of a scenario. Tags that the script has set in another one are gone. */
  private tagsOf({ scenario, tags }: IterationContext): TagSet {
    const set = this.shared.root.withAll(tags);
    return scenario !== '' && this.hasSystemTag('scenario') ? set.with('scenario', scenario) : set;
  }

  /** Whether the option systemTags selects the tag. */
  hasSystemTag(name: string): boolean {
    return this.shared.client.systemTags.has(name);
  }

  /** Those of k6's own tags that the option systemTags selects. */
  selected(tags: Tags): Tags {
    return Object.fromEntries(Object.entries(tags).filter(([name]) => this.hasSystemTag(name)));
  }

  /** Runs the function inside a group, given by its full path. */
  async inGroup<T>(path: string, run: () => Promise<T> | T): Promise<T> {
    const outer = this.group;
    this.enterGroup(path);
    try {
      return await run();
    } finally {
      this.enterGroup(outer);
    }
  }

  private enterGroup(path: string): void {
    this.group = path;
    if (this.hasSystemTag('group')) this.tagSet = this.tagSet.with('group', path);
  }

  /** exec.vu.metrics.tags[name] = value. The tag stays until the VU serves another scenario. */
  setTag(name: string, value: unknown): void {
    this.tagSet = this.tagSet.withAll(toTags({ [name]: value }));
  }

  /** delete exec.vu.metrics.tags[name] */
  deleteTag(name: string): void {
    this.tagSet = this.tagSet.without(name);
  }

  /** Calls a function of the script. Waits for it if it blocks, and returns the promise of an async function. */
  callBack<T>(run: () => T): { blocked: boolean; result: T } {
    const mark = this.claims.mark();
    const result = run();
    return { blocked: this.claims.claim(mark, result, ''), result };
  }

  /** Ends the iteration with an error that does not count as the script's own. */
  fatal(error: Error): Promise<never> {
    this.stop?.(error);
    return NEVER;
  }

  /**
   * What to report when code of the script has thrown an error. A call that was not awaited comes first: its caller
   * got a promise instead of a response, and may have thrown because of that.
   */
  causeOf(error: unknown): Error {
    return this.claims.check() ?? (error as Error);
  }

  /** exec.test.abort() in the init context. Returns the error to throw, which ends the evaluation of the script. */
  abortInit(reason: string): AbortedInInit {
    this.abortedInInit ??= new AbortedInInit(`${this.here()}: ${reason}`);
    return this.abortedInInit;
  }

  /** Whether __ITER exists: in iterations, but not in the init context, setup() and teardown(). */
  get hasIteration(): boolean {
    return this.context !== undefined && this.context.scenario !== '';
  }

  get interrupted(): boolean {
    return this.phase === 'idle';
  }

  /**
   * Runs a blocking operation of the VU, one at a time. In scripts with their own async functions, operations
   * wait for their turn. In other scripts, a second blocking call means that the first one was not awaited.
   */
  block<T>(operation: () => Promise<T>): Promise<T> {
    this.claims.enterK6();
    return this.inTurn(operation);
  }

  private async inTurn<T>(operation: () => Promise<T>): Promise<T> {
    if (this.interrupted) return NEVER;
    if (this.blocked) {
      if (!this.shared.compiled.hasTasks) return this.fatal(overlap('two blocking calls overlap'));
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.blocked = true;
    try {
      return await operation();
    } finally {
      this.blocked = false;
      this.waiting.shift()?.();
    }
  }

  /**
   * Keeps the iteration open for a request or timer that the script may not await. Call the result when it is
   * done.
   */
  task(): () => void {
    this.tasks++;
    return () => {
      if (--this.tasks === 0) this.drained?.();
    };
  }

  start(operation: Cancellable): void {
    this.active.add(operation);
  }

  finish(operation: Cancellable): void {
    this.active.delete(operation);
  }

  /** "file:line:column" of the script's code that is running now. */
  here(): string {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 50;
    const stack = new Error().stack ?? '';
    Error.stackTraceLimit = limit;
    return this.locate(stack);
  }

  private locate(stack: string): string {
    return this.shared.compiled.frames(stack)[0]?.location ?? this.shared.compiled.path;
  }
}

function overlap(what: string): LabError {
  return new LabError(
    `${what}: the script calls a function that sends requests or sleeps in a way that the lab cannot detect`,
    'usage',
    'Call it by its name, not through a computed value. Or run the script with k6 (--load k6).',
  );
}
