import type { Recording } from '../../lab/recording/recording';
import { SIGNALS, signal, type Signal } from '../../lab/verdict/signals';
import { isKnown, type InPrometheus } from '../../lab/verdict/signals/promql';
import { requires } from '../support/requirements';
import { type CommittedRun, WITH_STAGES } from './recordings';
import { replayed } from './replayed';

const APPS = ['backend', 'downstream', 'postgres'];
const NAMESPACE = 'load-testing';
/** The share by which the two values may differ, in addition to the effect of two scrapes. */
const TOLERANCE = 0.05;
const WINDOW_MS = 10_000;
const SCRAPE_MS = 1000;
/**
 * Its event loop answers scrapes seconds late, or not at all before it is killed. The values in between are
 * unknown.
 */
const SCRAPED_LATE = 'noisy-probe';

type Known = Signal & { prometheus: InPrometheus };
const same = [...SIGNALS.values()]
  .filter((each): each is Known => isKnown(each.prometheus))
  .filter(({ prometheus }) => prometheus.differs === undefined);

test('a signal known to Prometheus has a query without run labels, and any other signal says why it is unknown', () => {
  expect(SIGNALS.size).toBeGreaterThan(20);
  for (const { prometheus } of SIGNALS.values()) {
    if (isKnown(prometheus)) {
      const query = prometheus.query({ namespace: 'n', app: 'a' }, '7m');
      expect(query).toContain('namespace="n"');
    } else expect(prometheus.unknown).toMatch(/^.{20,}$/);
  }
});

requires('prometheus')('the committed recordings, replayed into a real Prometheus,', () => {
  const { runs, prometheus } = replayed(WITH_STAGES);

  it.each(same.map((signal) => [signal.name, signal] as const))(
    "give %s the lab's value, within 5 % or two scrapes",
    async (_, known) => {
      let compared = 0;
      const apart: string[] = [];
      for (const run of runs.filter(({ experiment }) => experiment !== SCRAPED_LATE)) {
        const { base, title } = run;
        for (const app of APPS) {
          for (const [from, to] of windowsOf(run.recording)) {
            const bounds = tolerated(known, run, app, from, to);
            if (!bounds) continue;
            const query = known.prometheus.query({ namespace: NAMESPACE, app }, `${to - from}ms`);
            const [point] = await prometheus().query(query, base + to / 1000);
            compared++;
            if (!point || point[1] < bounds[0] || point[1] > bounds[1]) {
              apart.push(`${title} ${app} ${from}..${to} ms: ${point?.[1]} is not in ${bounds.join('..')}`);
            }
          }
        }
      }
      expect(apart).toEqual([]);
      expect(compared).toBeGreaterThan(20);
    },
  );

  it('give all OOM kills except the last, whose container still waits in back-off', async () => {
    const { recording, base } = runOf('memory-stress');
    const kills = signal('oom_kills').valueIn(recording, { app: 'backend' }, 0, recording.until)!;
    expect(kills).toBeGreaterThanOrEqual(2);
    const seen = await ask('oom_kills', {}, base, 0, recording.until);
    expect([kills - 1, kills]).toContain(seen);
  });

  it.each(['request_rate', 'goodput'])(
    'give %s of a route as the service measures it, within 5 % or two scrapes',
    async (name) => {
      const { recording, base } = runOf('io-stress');
      const [from, to] = [recording.loadFrom!, recording.until];
      const seen = await ask(name, { route: '/api/slow' }, base, from, to);
      const sent = signal(name).valueIn(recording, { app: 'backend', scenario: 'wait' }, from, to)!;
      expect(sent).toBeGreaterThan(1);
      const twoScrapes = (2 * SCRAPE_MS) / (to - from);
      expect(Math.abs(seen / sent - 1)).toBeLessThan(Math.max(TOLERANCE, twoScrapes));
    },
  );

  it('give latency within the buckets of the histogram', async () => {
    const { recording, base } = runOf('io-stress');
    const [from, to] = [recording.loadFrom!, recording.until];
    // Waits take 1 to 10 s; the buckets end at 1, 2.5, 5 and 10 s.
    for (const name of ['latency_p50', 'latency_p95']) {
      const seen = await ask(name, { route: '/api/slow' }, base, from, to);
      const measured = signal(name).valueIn(recording, { app: 'backend', scenario: 'wait' }, from, to)!;
      expect(seen / measured).toBeGreaterThan(0.5);
      expect(seen / measured).toBeLessThan(2);
    }
  });

  const runOf = (experiment: string) =>
    runs.find((run) => run.experiment === experiment && run.arm === 'default')!;
  async function ask(name: string, subject: { route?: string }, base: number, from: number, to: number) {
    const { query } = signal(name).prometheus as InPrometheus;
    const expression = query({ namespace: NAMESPACE, app: 'backend', ...subject }, `${to - from}ms`);
    return (await prometheus().query(expression, base + to / 1000))[0]![1];
  }
});

/** The whole load, and parts of it. */
function windowsOf({ loadFrom, until }: Recording): [number, number][] {
  const windows: [number, number][] = [[loadFrom!, until]];
  for (let from = loadFrom!; from + WINDOW_MS <= until; from += WINDOW_MS)
    windows.push([from, from + WINDOW_MS]);
  return windows;
}

/** The range of values that the lab measures if the window's ends move by up to two scrapes, plus 5 %. */
function tolerated(
  { valueIn }: Signal,
  { recording, scrapes }: CommittedRun,
  app: string,
  from: number,
  to: number,
): [number, number] | undefined {
  if (valueIn(recording, { app }, from, to) === undefined) return undefined;
  const values = around(scrapes, from)
    .flatMap((begin) => around(scrapes, to).map((end) => valueIn(recording, { app }, begin, end)))
    .filter((value) => value !== undefined);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return [least - TOLERANCE * Math.abs(least) - 1e-9, most + TOLERANCE * Math.abs(most) + 1e-9];
}

/** A moment, and the two scrapes before and after it. */
function around(scrapes: number[], moment: number): number[] {
  const next = scrapes.findIndex((t) => t > moment);
  return [moment, ...scrapes.slice(next < 0 ? -2 : Math.max(next - 2, 0), next < 0 ? undefined : next + 2)];
}
