import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { LogEvent, PodEvent, PodReason } from '../../model/events';
import { sleep } from '../../support/sleep';
import { CrashLoopBackoff, goDuration } from './backoff';
import type { PreparedContainer } from './container';
import type { Cage } from './limits/limits';
import { LogLines } from './log-lines';
import type { Container, PodTemplate } from './manifests/schema';
import type { Host } from './network';
import { probeContainer, type Attempt, type ProbeListener, type ProbeResult, type ProbeType } from './probes';

export interface PodOptions {
  name: string;
  namespace: string;
  template: PodTemplate;
  host: Host;
  makeCage(): Promise<Cage>;
  /** Creates what the container needs before its first start. Called once. */
  prepare(log: (line: string) => void): Promise<PreparedContainer>;
  attempt: Attempt;
  emit(event: Omit<PodEvent, 't'> | Omit<LogEvent, 't'>): void;
  /** Called with 'ready' when readiness has changed, and with 'crashed' when the container has failed. */
  onChange(pod: Pod, change: 'ready' | 'crashed'): void;
}

export type Waiting = 'ContainerCreating' | 'CrashLoopBackOff' | 'CreateContainerError';

export interface Termination {
  reason: 'OOMKilled' | 'Error' | 'Completed';
  exitCode: number;
}

/** One container instance, from its start to its end. */
interface ContainerRun {
  child: ChildProcess;
  ended: Promise<Exit>;
  alive: AbortController;
}

interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const KILLED = 128 + constants.signals.SIGKILL;
/** Exit code that the kubelet reports for a container that could not be started. */
const START_ERROR = 128;

/** A pod with one container, kept alive the way the kubelet does it: probes, restarts, CrashLoopBackOff. */
export class Pod {
  readonly name: string;
  readonly namespace: string;
  readonly app: string;
  readonly container: Container;
  readonly host: Host;
  readonly createdAt = performance.now();
  phase: 'Pending' | 'Running' = 'Pending';
  ready = false;
  /** When the pod last became ready or unready, by performance.now(). */
  readyChangedAt = this.createdAt;
  restarts = 0;
  waiting?: Waiting = 'ContainerCreating';
  lastTermination?: Termination;
  cage?: Cage;
  /** Number of attempts so far, by probe type and result. */
  readonly probeCounts = new Map<`${ProbeType}/${'successful' | 'failed'}`, number>();
  readonly log: LogLines;
  private lastProbeFailure?: string;
  private run?: ContainerRun;
  private prepared?: PreparedContainer;
  private making: Promise<void> = Promise.resolve();
  private living: Promise<void> = Promise.resolve();
  private gone?: Promise<void>;
  private readonly end = new AbortController();

  constructor(private readonly options: PodOptions) {
    this.name = options.name;
    this.namespace = options.namespace;
    this.container = options.template.spec.containers[0]!;
    this.app = options.template.metadata.labels['app.kubernetes.io/name'] ?? this.container.name;
    this.host = options.host;
    this.log = new LogLines((line) => options.emit({ type: 'log', source: this.name, line }));
  }

  get stopping(): boolean {
    return this.end.signal.aborted;
  }

  label(name: string): string | undefined {
    return this.options.template.metadata.labels[name];
  }

  annotation(name: string): string | undefined {
    return this.options.template.metadata.annotations[name];
  }

  /**
   * Resolves when the container is created; it is kept alive from then on. Rejects when it cannot be created.
   */
  async start(): Promise<void> {
    this.emit('Scheduled', `Successfully assigned ${this.namespace}/${this.name} to this machine`);
    this.making = this.make();
    try {
      await this.making;
    } catch (error) {
      this.waiting = 'CreateContainerError';
      throw error;
    }
    this.living = this.live();
  }

  private async make(): Promise<void> {
    this.cage = await this.options.makeCage();
    this.prepared = await this.options.prepare((line) => this.log.push(line));
  }

  /**
   * Ends the pod. It becomes unready at once and gets its stop signal. After its grace period or
   * `maxGraceMs`, whichever is shorter, it gets SIGKILL. Resolves when nothing of it is left. Another call
   * can only shorten the wait.
   */
  stop(maxGraceMs: number): Promise<void> {
    if (!this.stopping) {
      this.end.abort();
      this.setReady(false, 'the pod is being deleted');
      this.emit('Killing', `Stopping container ${this.container.name}`);
    }
    if (this.run) void this.terminate(this.run, Math.min(this.graceMs, maxGraceMs));
    this.gone ??= this.leave();
    return this.gone;
  }

  private async leave(): Promise<void> {
    await this.making.catch(() => undefined);
    await this.living;
    await this.cage?.remove();
    this.host.release();
  }

  /** Describes the pod's state for an error message. */
  describe(): string {
    const facts = [
      this.phase,
      this.ready ? 'ready' : 'not ready',
      this.waiting,
      this.restarts > 0 && `${this.restarts} restarts`,
      this.lastTermination &&
        `last ${this.lastTermination.reason}, exit code ${this.lastTermination.exitCode}`,
      this.lastProbeFailure,
    ];
    const lines = this.log.tail.map((line) => `\n    ${line}`).join('');
    return `pod ${this.name}: ${facts.filter(Boolean).join('; ')}${lines ? `\n  its last log lines:${lines}` : ''}`;
  }

  private get graceMs(): number {
    return this.options.template.spec.terminationGracePeriodSeconds * 1000;
  }

  private async live(): Promise<void> {
    const backoff = new CrashLoopBackoff();
    while (!this.stopping) {
      const startedAt = performance.now();
      await this.runOnce();
      if (this.stopping) return;
      await this.backOff(backoff.next(performance.now() - startedAt));
      if (!this.stopping) this.restarts++;
    }
  }

  private async backOff(ms: number): Promise<void> {
    if (ms === 0) return;
    this.waiting = 'CrashLoopBackOff';
    const what = `restarting failed container ${this.container.name} in pod ${this.name}`;
    this.emit('BackOff', `Back-off ${goDuration(ms)} ${what}`, { restartCount: this.restarts });
    await sleep(ms, this.end.signal);
  }

  private async runOnce(): Promise<void> {
    const cage = this.cage!;
    const oomKills = cage.usage().oomKills;
    const run = await this.startRun(cage);
    if (!run) return this.ended({ reason: 'Error', exitCode: START_ERROR });
    const exit = await run.ended;
    run.alive.abort();
    this.run = undefined;
    // In a real container, the other processes end with the first one, which takes the pid namespace with it.
    cage.killAll();
    const exitCode = exit.code ?? 128 + constants.signals[exit.signal!];
    const oomKilled = exitCode === KILLED && cage.usage().oomKills > oomKills;
    this.ended({ reason: oomKilled ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error', exitCode });
  }

  private async startRun(cage: Cage): Promise<ContainerRun | undefined> {
    let child: ChildProcess;
    try {
      child = await cage.spawn(this.prepared!.spec);
    } catch (error) {
      this.log.push(`the container could not be started: ${(error as Error).message}`);
      return undefined;
    }
    const run = { child, ended: exitOf(child), alive: new AbortController() };
    this.run = run;
    this.phase = 'Running';
    this.waiting = undefined;
    if (child.stdout) this.log.read(child.stdout);
    if (child.stderr) this.log.read(child.stderr);
    if (this.stopping) cage.killAll();
    else {
      this.emit('Started', `Started container ${this.container.name}`, { restartCount: this.restarts });
      this.probe(run);
    }
    return run;
  }

  private ended(termination: Termination): void {
    this.lastTermination = termination;
    this.setReady(false, `container ${this.container.name} ended`);
    if (termination.reason !== 'Completed') this.options.onChange(this, 'crashed');
    if (this.stopping) return;
    const { reason, exitCode } = termination;
    this.emit(reason, TERMINATIONS[reason](this.container.name, exitCode), {
      exitCode,
      restartCount: this.restarts,
    });
  }

  private probe(run: ContainerRun): void {
    const listener: ProbeListener = {
      onResult: (type, result) => this.countProbe(type, result),
      onReady: (ready, why) => this.setReady(ready, why),
      onFailure: (type) => {
        const failedProbe = type === 'Startup' ? 'startup' : 'liveness';
        const message = `Container ${this.container.name} failed ${failedProbe} probe, will be restarted`;
        this.emit('Killing', message, { failedProbe });
        void this.terminate(run, this.graceMs);
      },
    };
    const signal = AbortSignal.any([run.alive.signal, this.end.signal]);
    probeContainer(this.container, this.options.attempt, listener, signal);
  }

  private countProbe(type: ProbeType, result: ProbeResult): void {
    const key = `${type}/${result.ok ? 'successful' : 'failed'}` as const;
    this.probeCounts.set(key, (this.probeCounts.get(key) ?? 0) + 1);
    if (result.ok) return;
    this.lastProbeFailure = `${type} probe failed: ${result.reason}`;
    this.emit('Unhealthy', this.lastProbeFailure);
  }

  private async terminate(run: ContainerRun, graceMs: number): Promise<void> {
    run.child.kill(this.prepared!.stopSignal);
    await sleep(graceMs, run.alive.signal);
    if (!run.alive.signal.aborted) this.cage!.killAll();
  }

  private setReady(ready: boolean, why?: string): void {
    if (ready === this.ready || (ready && this.stopping)) return;
    this.ready = ready;
    this.readyChangedAt = performance.now();
    if (ready) this.emit('Ready', `Container ${this.container.name} is ready`);
    else this.emit('Unready', `Container ${this.container.name} is not ready: ${why}`);
    this.options.onChange(this, 'ready');
  }

  private emit(
    reason: PodReason,
    message: string,
    more: Pick<PodEvent, 'exitCode' | 'restartCount' | 'failedProbe'> = {},
  ): void {
    this.options.emit({ type: 'pod', pod: this.name, app: this.app, reason, message, ...more });
  }
}

const TERMINATIONS: Record<Termination['reason'], (container: string, exitCode: number) => string> = {
  OOMKilled: (name) => `Container ${name} was killed for exceeding its memory limit`,
  Error: (name, exitCode) => `Container ${name} ended with exit code ${exitCode}`,
  Completed: (name) => `Container ${name} completed`,
};

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    const now = () => resolve({ code: child.exitCode, signal: child.signalCode });
    if (child.exitCode !== null || child.signalCode !== null) now();
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: START_ERROR, signal: null }));
  });
}
