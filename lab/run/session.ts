import type { KubeObject } from '../../constructs/kube-object';
import type { Engine, RunningSystem } from '../model/engine';
import type {
  EndEvent,
  LoadEvent,
  LogEvent,
  Prediction,
  RequestsEvent,
  RunEvent,
  TelemetryEvent,
} from '../model/events';
import type { LoadRunner } from '../model/load-runner';
import { type Clock, systemClock } from '../support/clock';
import { HostSampler, Sampler } from './sampler';

const SCRAPE_INTERVAL_MS = 1000;
/** What the start has left to do in a pod that is ready, such as compiling, is over by then. */
const SETTLE_MS = 1000;
/** Longer than a throttled pod needs for /metrics, shorter than would hide that it is gone. */
const SCRAPE_TIMEOUT_MS = 2000;

export interface Session {
  engine: Engine;
  runner: LoadRunner;
  manifests: KubeObject[];
  script: string;
  /** The Service that the load is aimed at, as BASE_URL. */
  target: string;
  env: Record<string, string>;
  /** Hosts beyond the system's own that the load may be aimed at. */
  allowTargets?: string[];
  /** What the run event says, but for what only the running system knows. */
  describe: Omit<RunEvent, 'type' | 't' | 'engine'>;
  /** What is predicted by the moment the load begins; asked once, then. */
  prediction?: () => Promise<Prediction | undefined>;
  emit: (event: TelemetryEvent) => void;
  signal: AbortSignal;
  /** By default the real one. */
  clock?: Clock;
}

/**
 * Brings a system up, puts the load on it, takes it down, and emits everything seen meanwhile.
 * Whatever happens, the system is taken down and the stream ends with an `end` event.
 * @throws what kept the session from completing, after the stream has ended.
 */
export async function runSession(session: Session): Promise<void> {
  const { emit, signal } = session;
  const clock = sinceNow(session.clock ?? systemClock);
  const { now } = clock;
  // What happens before the limits are known waits, so that the run event comes first.
  const early: TelemetryEvent[] = [{ type: 'phase', t: 0, name: 'starting' }];
  let described = false;
  const report = (event: TelemetryEvent): void => void (described ? emit(event) : early.push(event));
  const describe = ({ limits, metricsUrl }: RunningSystem): void => {
    const engine = { name: session.engine.name, limits, ...(metricsUrl !== undefined && { metricsUrl }) };
    emit({ type: 'run', t: 0, engine, ...session.describe });
    described = true;
    early.forEach(emit);
  };

  let system: RunningSystem | undefined;
  let end: Omit<EndEvent, 'type' | 't'> = { reason: 'completed' };
  try {
    system = await session.engine.up(session.manifests, {
      emit: (event) => report({ ...event, t: now() } as TelemetryEvent),
      signal,
    });
    describe(system);
    end = await underLoad(session, system, clock);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    end = { reason: signal.aborted ? 'interrupted' : 'failed', message };
    throw error;
  } finally {
    if (described) emit({ type: 'phase', t: now(), name: 'stopping' });
    try {
      await system?.down();
    } finally {
      if (described) emit({ type: 'end', t: now(), ...end });
    }
  }
}

async function underLoad(
  session: Session,
  system: RunningSystem,
  clock: Clock,
): Promise<Omit<EndEvent, 'type' | 't'>> {
  const { emit, signal } = session;
  const { now } = clock;
  const sampling = new Sampling(new Sampler(system, emit, now), emit, clock);
  try {
    const baseUrl = system.endpoint(session.target);
    let from = now();
    const load = {
      script: session.script,
      env: { ...session.env, BASE_URL: baseUrl },
      allowedHosts: [new URL(baseUrl).hostname, ...(session.allowTargets ?? [])],
      emit: (event: RequestsEvent | LoadEvent | LogEvent) => emit({ ...event, t: from + event.t }),
      signal,
    };
    await Promise.all([
      sampling.next(signal), // counters need a value to grow from
      clock.sleep(SETTLE_MS, signal),
      session.runner.prepare?.(load),
    ]);
    const prediction = await session.prediction?.();
    from = now();
    if (prediction) emit({ type: 'prediction', t: from, ...prediction });
    emit({ type: 'phase', t: from, name: 'load' });
    const summary = await session.runner.run(load);
    emit({ type: 'phase', t: now(), name: 'cooldown' });
    // A scrape after the load: the last requests are in the counters.
    await sampling.next(signal);
    await system.settled?.(signal);
    const { thresholds, checks, problem } = summary;
    const reason = signal.aborted ? 'interrupted' : 'completed';
    return { reason, ...(problem && { message: problem }), thresholds, checks };
  } finally {
    await sampling.stop();
  }
}

/** Samples system and host at a fixed rate; a slow scrape delays the next one and never overlaps it. */
class Sampling {
  private readonly host = new HostSampler();
  private readonly ending = new AbortController();
  private readonly waiting: (() => void)[] = [];
  /** Begins when whoever made it has asked for the first sample. */
  private readonly loop = Promise.resolve().then(() => this.sample());

  constructor(
    private readonly sampler: Sampler,
    private readonly emit: Session['emit'],
    private readonly clock: Clock,
  ) {}

  /** Resolves when a sample that begins after the call is there, or at once when aborted. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
      this.waiting.push(resolve);
    });
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.loop;
    this.host.close();
  }

  private async sample(): Promise<void> {
    const { now, sleep } = this.clock;
    while (!this.ending.signal.aborted) {
      const begun = now();
      const served = this.waiting.splice(0);
      await this.sampler.sample(SCRAPE_TIMEOUT_MS);
      this.emit(this.host.sample(now()));
      served.forEach((resolve) => resolve());
      await sleep(Math.max(SCRAPE_INTERVAL_MS - (now() - begun), 0), this.ending.signal);
    }
  }
}

/** A clock that begins at zero now, and counts whole milliseconds. */
function sinceNow({ now, sleep }: Clock): Clock {
  const start = now();
  return { now: () => Math.round(now() - start), sleep };
}
