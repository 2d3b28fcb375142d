import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadRunner } from '../../../lab/model/load-runner';
import { rawSteps } from '../../../lab/load/embedded/schedule/vu-steps';
import { undisturbed } from '../../support/once-more';
import { requires } from '../../support/requirements';
import { builtRunners, type Recorded, record, Scripts } from '../support/runners';
import { startTarget, type Target } from '../support/target';

jest.setTimeout(120_000);

const scripts = new Scripts();
let runners: Record<LoadRunner['name'], LoadRunner>;
let target: Target;

/** Counts and times reflect the generators only while the machine lets them run. */
const does = (what: string, check: () => Promise<void>) => it(what, () => undisturbed(check));

/** Runs the same script in both runners, in parallel: only counts matter, and they share no state. */
async function both(source: string, env: (name: string) => Record<string, string> = () => ({})) {
  const script = scripts.write(source);
  const run = (name: LoadRunner['name']) =>
    record(runners[name], { script, env: { URL: target.url, ...env(name) } });
  const [embedded, k6] = await Promise.all([run('embedded'), run('k6')]);
  return { embedded, k6 };
}

requires('k6')('the embedded runner matches k6', () => {
  beforeAll(async () => {
    runners = await builtRunners();
    target = await startTarget();
  }, 120_000);

  afterAll(() => {
    target?.stop();
    scripts.remove();
  });

  // Each duration ends between two arrivals. On an arrival, k6's own timers race, and it may or may not start
  // an iteration.
  const SCENARIOS = {
    plain: { executor: 'constant-arrival-rate', rate: 30, duration: '1980ms', preAllocatedVUs: 5 },
    slow: {
      executor: 'constant-arrival-rate',
      rate: 7,
      timeUnit: '2s',
      duration: '3100ms',
      preAllocatedVUs: 2,
    },
    late: {
      executor: 'constant-arrival-rate',
      rate: 20,
      duration: '1010ms',
      startTime: '1500ms',
      preAllocatedVUs: 3,
    },
    short: {
      executor: 'constant-arrival-rate',
      rate: 10,
      duration: '1980ms',
      preAllocatedVUs: 1,
      exec: 'occupied',
    },
    ramp: {
      executor: 'ramping-arrival-rate',
      startRate: 0,
      preAllocatedVUs: 5,
      stages: [
        { target: 20, duration: '2s' },
        { target: 5, duration: '1530ms' },
      ],
    },
    fraction: {
      executor: 'ramping-arrival-rate',
      startRate: 100,
      timeUnit: '1m',
      preAllocatedVUs: 5,
      stages: [
        { target: 600, duration: '1700ms' },
        { target: 600, duration: '1s' },
        { target: 0, duration: '1200ms' },
      ],
    },
    each: { executor: 'per-vu-iterations', vus: 3, iterations: 5 },
    shared: { executor: 'shared-iterations', vus: 4, iterations: 17 },
    cut: { executor: 'per-vu-iterations', vus: 2, iterations: 10, maxDuration: '1100ms', exec: 'occupied' },
  };

  does('in the number of iterations, dropped iterations and checks for every kind of executor', async () => {
    const names = Object.keys(SCENARIOS);
    const thresholds = Object.fromEntries(
      names.flatMap((name) => [
        [`iterations{scenario:${name}}`, ['count>=0']],
        [`dropped_iterations{scenario:${name}}`, ['count<1']],
      ]),
    );
    const { embedded, k6 } = await both(`
      import http from 'k6/http';
      import { check, group, sleep } from 'k6';
      export const options = ${JSON.stringify({ scenarios: SCENARIOS, thresholds })};
      export default function () {
        check(http.get(__ENV.URL + '/a'), { 'is 200': (r) => r.status === 200, 'has a body': (r) => r.body.length > 9 });
      }
      export function occupied() {
        sleep(0.25);
        group('inner', () => { check(__ITER, { even: (n) => n % 2 === 0 }); });
      }`);

    const counts = ({ summary }: Recorded, metric: string) =>
      names.map((name) => [name, summary.metrics[`${metric}{scenario:${name}}`]?.values.count]);
    expect(counts(embedded, 'iterations')).toEqual(counts(k6, 'iterations'));
    expect(counts(embedded, 'dropped_iterations')).toEqual(counts(k6, 'dropped_iterations'));
    expect(embedded.summary.checks).toEqual(k6.summary.checks);
    expect(embedded.summary.thresholds).toEqual(k6.summary.thresholds);
    const totals = ({ summary: { iterations, droppedIterations, requests, aborted } }: Recorded) => [
      iterations,
      droppedIterations,
      requests,
      aborted,
    ];
    expect(totals(embedded)).toEqual(totals(k6));
    // The counts must also match the schedule; otherwise both runners could be wrong together.
    expect(counts(k6, 'iterations').slice(0, 4)).toEqual([
      ['plain', 60],
      ['slow', 11],
      ['late', 21],
      ['short', 7],
    ]);
  });

  does('in the events: requests by outcome, and scheduled, completed and dropped iterations', async () => {
    const { embedded, k6 } = await both(`
      import http from 'k6/http';
      export const options = { scenarios: { main: {
        executor: 'constant-arrival-rate', rate: 20, duration: '1980ms', preAllocatedVUs: 20,
      } } };
      const CALLS = [
        () => http.get(__ENV.URL + '/ok?x=1'),
        () => http.get(__ENV.URL + '/named/1', { tags: { name: 'named' } }),
        () => http.get(__ENV.URL + '/broken?status=503'),
        () => http.get(__ENV.URL + '/missing?status=404'),
        () => http.get(__ENV.URL + '/slow?ms=900', { timeout: '150ms' }),
        () => http.get('http://127.0.0.1:9/refused'),
      ];
      import exec from 'k6/execution';
      export default function () { CALLS[exec.scenario.iterationInTest % CALLS.length](); }`);
    const outcomes = ({ requests }: Recorded) => {
      const counts: Record<string, number> = {};
      for (const { scenario, name, outcome, status, count } of requests) {
        const key = [scenario, name, outcome, status].join(' ');
        counts[key] = (counts[key] ?? 0) + count;
      }
      return counts;
    };
    expect(outcomes(embedded)).toEqual(outcomes(k6));
    expect(outcomes(k6)).toEqual({
      'main /ok ok 200': 7,
      'main named ok 200': 7,
      'main /broken http_5xx 503': 7,
      'main /missing http_4xx 404': 7,
      'main /slow timeout 0': 6,
      'main /refused refused 0': 6,
    });
    const last = ({ loads }: Recorded) => {
      const { scenario, scheduled, started, completed, dropped } = loads.at(-1)!;
      return { scenario, scheduled, started, completed, dropped };
    };
    expect(last(embedded)).toEqual(last(k6));
  });

  does('in the number of VUs over time for ramping-vus, within one', async () => {
    const stages = [
      { target: 5, duration: '1500ms' },
      { target: 1, duration: '1s' },
      { target: 4, duration: '1s' },
    ];
    const { embedded, k6 } = await both(`
      import { sleep } from 'k6';
      import exec from 'k6/execution';
      export const options = { scenarios: { main: {
        executor: 'ramping-vus', startVUs: 1, stages: ${JSON.stringify(stages)}, gracefulStop: '1s',
      } } };
      export default function () {
        console.log('at ' + (Date.now() - exec.scenario.startTime) + ' vu ' + __VU);
        sleep(0.05);
      }`);
    const BUCKET_MS = 125;
    const vusOverTime = ({ logs }: Recorded) => {
      const buckets: Set<string>[] = Array.from({ length: 28 }, () => new Set());
      for (const line of logs) {
        const [, at, vu] = /at (\d+) vu (\d+)/.exec(line) ?? [];
        if (vu) buckets[Math.floor(Number(at) / BUCKET_MS)]?.add(vu);
      }
      return buckets.map((vus) => vus.size);
    };
    const steps = rawSteps({
      startVUs: 1,
      stages: stages.map(({ target: vus, duration }) => ({
        target: vus,
        durationMs: duration === '1s' ? 1000 : 1500,
      })),
    });
    const expected = vusOverTime(k6).map(
      (_, i) => steps.findLast((step) => step.atMs <= (i + 0.5) * BUCKET_MS)!.vus,
    );
    for (const [index, vus] of vusOverTime(embedded).entries()) {
      expect(Math.abs(vus - vusOverTime(k6)[index]!)).toBeLessThanOrEqual(1);
      expect(Math.abs(vus - expected[index]!)).toBeLessThanOrEqual(1);
    }
  });

  does('in the data for handleSummary: the same metrics, groups, fields and types', async () => {
    const out = (name: string) => join(scripts.folder, `data-${name}.json`);
    await both(
      `
      import http from 'k6/http';
      import { check, group, sleep } from 'k6';
      import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
      const metrics = [new Counter('my_counter'), new Gauge('my_gauge'), new Rate('my_rate'), new Trend('my_trend', true)];
      export const options = {
        vus: 2, duration: '1500ms', summaryTrendStats: ['avg', 'p(99)', 'count'],
        thresholds: { 'http_req_duration{group:::outer}': ['p(95)<5000', 'max<1'], my_counter: ['rate>0'] },
      };
      export function setup() { return { answer: 42 }; }
      export default function () {
        for (const metric of metrics) metric.add(1, { own: 'tag' });
        group('outer', () => {
          http.get(__ENV.URL + '/a');
          group('inner', () => { check(1, { one: (n) => n === 1, two: (n) => n === 2 }); });
        });
        sleep(0.3);
      }
      export function handleSummary(data) { return { [__ENV.OUT]: JSON.stringify(data) }; }`,
      (name) => ({ OUT: out(name) }),
    );
    const shape = (name: string) => shapeOf(JSON.parse(readFileSync(out(name), 'utf8')));
    expect(shape('embedded')).toEqual(shape('k6'));
  });

  does('in the median and 95th percentile of the latency', async () => {
    const script = scripts.write(`
      import http from 'k6/http';
      export const options = { scenarios: { main: {
        executor: 'constant-arrival-rate', rate: 50, duration: '3s', preAllocatedVUs: 10,
      } }, summaryTrendStats: ['med', 'p(95)'] };
      export default function () { http.get(__ENV.URL + '/a?ms=50'); }`);
    const percentiles = async (name: LoadRunner['name']) => {
      const { summary } = await record(runners[name], { script, env: { URL: target.url } });
      return summary.metrics.http_req_duration!.values;
    };
    const compare = async () => {
      // Both run side by side, so other work on the machine affects both.
      const [embedded, k6] = await Promise.all([percentiles('embedded'), percentiles('k6')]);
      // 5 % plus 0.3 ms: the target's timers count whole milliseconds, so its answers jitter by that much.
      return Object.keys(k6).every((stat) => Math.abs(embedded[stat]! - k6[stat]!) <= k6[stat]! * 0.05 + 0.3);
    };
    expect(await compare()).toBe(true);
  });
});

/** Replaces numbers by a placeholder so that two results can be compared. MD5 ids and texts must be equal. */
function shapeOf(value: unknown, key = ''): unknown {
  if (key === 'noColor' || key.startsWith('isStd')) return 'depends on the terminal';
  if (Array.isArray(value)) return value.map((item) => shapeOf(item));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([name, field]) => [name, shapeOf(field, name)]),
    );
  }
  return typeof value === 'number' ? 'a number' : value;
}
