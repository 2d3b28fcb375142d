import type { Engine, RunningSystem } from '../../lab/model/engine';
import type { TelemetryEvent } from '../../lab/model/events';
import type { LoadRunner, LoadSummary } from '../../lab/model/load-runner';
import { runSession, type Session } from '../../lab/run/session';
import { RUN_EVENT } from '../support/run-event';
import { VirtualClock } from '../support/virtual-clock';

const { type: _type, t: _t, engine: _engine, ...DESCRIPTION } = RUN_EVENT;

const SUMMARY: LoadSummary = {
  aborted: false,
  durationMs: 10,
  iterations: 1,
  droppedIterations: 0,
  requests: 1,
  thresholds: { 'http_reqs: count>0': true },
  checks: {},
  metrics: {},
};

/** A session with an obedient system and load, and all emitted events. */
function session(engine: Partial<Engine> = {}, run: LoadRunner['run'] = async () => SUMMARY) {
  const events: TelemetryEvent[] = [];
  let downs = 0;
  const system: RunningSystem = {
    limits: { rung: 'emulated', label: 'none' },
    endpoint: () => 'http://127.0.0.1:8000',
    scrape: async () => ({ samples: [{ name: 'up', labels: {}, value: 1 }], failed: {} }),
    down: async () => void downs++,
  };
  const options: Session = {
    engine: { name: 'local', up: async () => system, ...engine },
    runner: { name: 'embedded', run },
    manifests: [],
    script: 'load.ts',
    target: 'backend',
    env: {},
    describe: DESCRIPTION,
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
  };
  return { options, events, downs: () => downs };
}

/** Runs a session to its end in virtual time. */
async function run(options: Session): Promise<void> {
  const clock = new VirtualClock();
  await Promise.all([runSession({ ...options, clock }), clock.runAll()]);
}

const types = (events: TelemetryEvent[]): string[] =>
  events.map((event) => (event.type === 'phase' ? event.name : event.type));

describe('a session', () => {
  it('begins its stream with the run, ends it with the end, and takes the system down in between', async () => {
    const { options, events, downs } = session();
    await run(options);
    expect(types(events)[0]).toBe('run');
    expect(types(events).filter((type) => !['scrape', 'series', 'host'].includes(type))).toEqual([
      'run',
      'starting',
      'load',
      'cooldown',
      'stopping',
      'end',
    ]);
    expect(events.at(-1)).toMatchObject({ reason: 'completed', thresholds: { 'http_reqs: count>0': true } });
    expect(downs()).toBe(1);
  });

  it('scrapes before the load begins, so counters have a starting value', async () => {
    const { options, events } = session();
    await run(options);
    expect(types(events).indexOf('scrape')).toBeLessThan(types(events).indexOf('load'));
  });

  it('scrapes once more after the load, so the counters include the last requests', async () => {
    const { options, events } = session();
    await run(options);
    const seen = types(events);
    expect(seen.slice(seen.indexOf('cooldown'), seen.indexOf('stopping'))).toContain('scrape');
  });

  it('waits for the prediction and records it before the load begins', async () => {
    const { options, events } = session();
    const asked = new Promise<() => void>((ask) => {
      options.prediction = () => new Promise((answer) => ask(() => answer({ cause: 'cpu limit' })));
    });
    const running = run(options);
    const answer = await asked;
    expect(types(events)).not.toContain('load');
    answer();
    await running;
    const seen = events
      .filter(({ type }) => ['prediction', 'phase'].includes(type))
      .map(({ t, ...event }) => event);
    expect(seen.slice(0, 3)).toEqual([
      { type: 'phase', name: 'starting' },
      { type: 'prediction', cause: 'cpu limit' },
      { type: 'phase', name: 'load' },
    ]);
  });

  it('sends its load only to the system unless another host is allowed', async () => {
    const seen: (string[] | undefined)[] = [];
    const load: LoadRunner['run'] = async ({ allowedHosts }) => (seen.push(allowedHosts), SUMMARY);
    const [alone, allowing] = [session({}, load).options, session({}, load).options];
    await run(alone);
    await run({ ...allowing, allowTargets: ['staging.example.org'] });
    expect(seen).toEqual([['127.0.0.1'], ['127.0.0.1', 'staging.example.org']]);
  });

  it('records a value only when it changes', async () => {
    const { options, events } = session();
    await run(options);
    const scrapes = events.flatMap((event) => (event.type === 'scrape' ? [event.values.length] : []));
    expect(scrapes.length).toBeGreaterThan(1);
    expect(scrapes.reduce((sum, values) => sum + values, 0)).toBe(1);
  });

  it('with a failing load still ends its stream, takes the system down and reports the reason', async () => {
    const { options, events, downs } = session({}, async () => {
      throw new Error('no such script');
    });
    await expect(run(options)).rejects.toThrow('no such script');
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'failed', message: 'no such script' });
    expect(downs()).toBe(1);
  });

  it('whose system does not start emits nothing', async () => {
    const up = async (): Promise<RunningSystem> => {
      throw new Error('no room');
    };
    const { options, events } = session({ up });
    await expect(run(options)).rejects.toThrow('no room');
    expect(events).toEqual([]);
  });

  it('shifts the times of load events by the start of the load', async () => {
    const { options, events } = session({}, async ({ emit }) => {
      emit({ type: 'log', t: 100, source: 'load', line: 'hello' });
      return SUMMARY;
    });
    await run(options);
    const [from, log] = ['phase', 'log'].map((type) =>
      events.find((event) => event.type === type && !(event.type === 'phase' && event.name !== 'load')),
    );
    expect(log?.t).toBe((from?.t ?? 0) + 100);
  });
});
