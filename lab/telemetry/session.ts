import type { Engine, KubeObject, RunningSystem } from '../engine/engine';
import type { LoadRunner } from '../load/runner';
import { type Clock, systemClock } from './clock';
import type {
  EndEvent,
  LoadEvent,
  LogEvent,
  Prediction,
  RequestsEvent,
  RunEvent,
  TelemetryEvent,
} from './events';
import { HostSampler, Sampler } from './sampler';

const SCRAPE_INTERVAL_MS = 1000;
/** Longer than a throttled pod needs for /metrics, shorter than would hide that it is gone. */
const SCRAPE_TIMEOUT_MS = 2000;
/** Scrapes after the load: two intervals, so that the last requests are in the counters. */
const COOLDOWN_MS = 2 * SCRAPE_INTERVAL_MS;

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
  const { now, sleep } = clock;
  const stopSampling = startSampling(system, emit, clock);
  try {
    // A first scrape before the load: counters need a value to grow from.
    await sleep(SCRAPE_INTERVAL_MS, signal);
    const baseUrl = system.endpoint(session.target);
    let from = now();
    const load = {
      script: session.script,
      env: { ...session.env, BASE_URL: baseUrl },
      allowedHosts: [new URL(baseUrl).hostname, ...(session.allowTargets ?? [])],
      emit: (event: RequestsEvent | LoadEvent | LogEvent) => emit({ ...event, t: from + event.t }),
      signal,
    };
    await session.runner.prepare?.(load);
    const prediction = await session.prediction?.();
    from = now();
    if (prediction) emit({ type: 'prediction', t: from, ...prediction });
    emit({ type: 'phase', t: from, name: 'load' });
    const summary = await session.runner.run(load);
    emit({ type: 'phase', t: now(), name: 'cooldown' });
    await sleep(COOLDOWN_MS, signal);
    await system.settled?.(signal);
    const { thresholds, checks, problem } = summary;
    const reason = signal.aborted ? 'interrupted' : 'completed';
    return { reason, ...(problem && { message: problem }), thresholds, checks };
  } finally {
    await stopSampling();
  }
}

/** Samples system and host at a fixed rate; a slow scrape delays the next one and never overlaps it. */
function startSampling(system: RunningSystem, emit: Session['emit'], clock: Clock): () => Promise<void> {
  const { now, sleep } = clock;
  const sampler = new Sampler(system, emit, now);
  const host = new HostSampler();
  const stop = new AbortController();
  const loop = (async () => {
    while (!stop.signal.aborted) {
      const begun = now();
      await sampler.sample(SCRAPE_TIMEOUT_MS);
      emit(host.sample(now()));
      await sleep(Math.max(SCRAPE_INTERVAL_MS - (now() - begun), 0), stop.signal);
    }
  })();
  return async () => {
    stop.abort();
    await loop;
    host.close();
  };
}

/** A clock that begins at zero now, and counts whole milliseconds. */
function sinceNow({ now, sleep }: Clock): Clock {
  const start = now();
  return { now: () => Math.round(now() - start), sleep };
}
