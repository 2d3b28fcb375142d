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
/** Time for a ready pod to finish its startup work, such as compiling. */
const SETTLE_MS = 1000;
/** Long enough for a throttled pod to serve /metrics, short enough to notice soon that a pod is gone. */
const SCRAPE_TIMEOUT_MS = 2000;

export interface Session {
  engine: Engine;
  runner: LoadRunner;
  manifests: KubeObject[];
  script: string;
  /** The Service that receives the load. The script gets its URL as BASE_URL. */
  target: string;
  env: Record<string, string>;
  /** Hosts other than the system's own that may receive load. */
  allowTargets?: string[];
  /** The run event, without the parts that only the running system knows. */
  describe: Omit<RunEvent, 'type' | 't' | 'engine'>;
  /** Asks for the prediction. Called once, just before the load begins. */
  prediction?: () => Promise<Prediction | undefined>;
  emit: (event: TelemetryEvent) => void;
  signal: AbortSignal;
  /** Default: the real clock. */
  clock?: Clock;
}

/**
 * Starts a system, puts load on it, takes it down and emits an event for everything it sees. In every case
 * the system is taken down. Once the run event is out, the stream always ends with an `end` event.
 * @throws the error that stopped the session, after the stream has ended.
 */
export async function runSession(session: Session): Promise<void> {
  const { emit, signal } = session;
  const clock = sinceNow(session.clock ?? systemClock);
  const { now } = clock;
  // Events before the limits are known wait, because the run event must come first.
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
      sampling.next(signal), // growth of a counter needs a first value
      clock.sleep(SETTLE_MS, signal),
      session.runner.prepare?.(load),
    ]);
    const prediction = await session.prediction?.();
    from = now();
    if (prediction) emit({ type: 'prediction', t: from, ...prediction });
    emit({ type: 'phase', t: from, name: 'load' });
    const summary = await session.runner.run(load);
    emit({ type: 'phase', t: now(), name: 'cooldown' });
    // Scrape once after the load, so the counters include the last requests.
    await sampling.next(signal);
    await system.settled?.(signal);
    const { thresholds, checks, problem } = summary;
    const reason = signal.aborted ? 'interrupted' : 'completed';
    return { reason, ...(problem && { message: problem }), thresholds, checks };
  } finally {
    await sampling.stop();
  }
}

/** Samples system and host once per interval. A slow scrape delays the next one; scrapes never overlap. */
class Sampling {
  private readonly host = new HostSampler();
  private readonly ending = new AbortController();
  private readonly waiting: (() => void)[] = [];
  /** Starts in a microtask, after the caller of the constructor has requested the first sample. */
  private readonly loop = Promise.resolve().then(() => this.sample());

  constructor(
    private readonly sampler: Sampler,
    private readonly emit: Session['emit'],
    private readonly clock: Clock,
  ) {}

  /** Resolves when a sample that starts after the call is complete, or at once when aborted. */
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

/** A clock that starts at zero now and counts whole milliseconds. */
function sinceNow({ now, sleep }: Clock): Clock {
  const start = now();
  return { now: () => Math.round(now() - start), sleep };
}
