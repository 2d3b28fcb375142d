import { Thresholds } from '../../../lab/load/embedded/metrics/evaluation';
import { MetricRegistry } from '../../../lab/load/embedded/metrics/registry';
import { summaryData } from '../../../lab/load/embedded/metrics/summary';
import { plainSummary } from '../../../lab/load/embedded/metrics/plain-summary';
import { parseOptions } from '../../../lab/load/embedded/options/options';

function bind(registry: MetricRegistry, thresholds: Record<string, unknown>): Thresholds {
  return new Thresholds(parseOptions({ thresholds }, ['default']).thresholds, registry);
}

function verdict(metric: string, expression: string, values: number[]): boolean {
  const registry = new MetricRegistry();
  registry.metric('my_trend', 'trend', 'default');
  registry.metric('my_gauge', 'gauge', 'default');
  const thresholds = bind(registry, { [metric]: [expression] });
  values.forEach((value) => registry.series(metric, metric)!.sink.add(value));
  thresholds.evaluate(1000);
  return Object.values(thresholds.results())[0]!;
}

describe('a threshold', () => {
  it.each<[string, string, number[], boolean]>([
    ['my_trend', 'p(95)<500', [499, 499], true],
    ['my_trend', 'p(95) < 500', [501], false],
    ['my_trend', 'p(99.9)<=5', [5], true],
    ['my_trend', 'avg>=2', [1, 3], true],
    ['my_trend', 'med!=2', [2], false],
    ['http_req_failed', 'rate<0.01', [0, 0], true],
    ['http_req_failed', 'rate==0.5', [0, 1], true],
    ['http_reqs', 'count>100', [101], true],
    ['http_reqs', 'rate<1e2', [101], false],
    ['my_gauge', 'value===3', [9, 3], true],
  ])('%s: %s with %j is %s', (metric, expression, values, expected) => {
    expect(verdict(metric, expression, values)).toBe(expected);
  });

  it.each<[string, string, boolean]>([
    ['my_trend', 'p(95)<500', true],
    ['http_req_failed', 'rate<0.01', true],
    ['http_req_failed', 'rate>0.99', true],
    ['http_reqs', 'count>0', false],
    ['http_reqs', 'count<1', true],
  ])('%s: %s without samples is %s', (metric, expression, expected) => {
    expect(verdict(metric, expression, [])).toBe(expected);
  });

  it('on tags sees only the samples that carry all of its tags', () => {
    const registry = new MetricRegistry();
    const metric = registry.metric('http_req_duration', 'trend', 'time');
    const name = 'http_req_duration{scenario:victim, status:200}';
    const thresholds = bind(registry, { [name]: ['max<10'] });
    metric.add(500, { scenario: 'attacker', status: '200' });
    metric.add(500, { scenario: 'victim', status: '503' });
    metric.add(5, { scenario: 'victim', status: '200' });
    thresholds.evaluate(1000);
    expect(thresholds.results()).toEqual({ [`${name}: max<10`]: true });
  });

  it('ends the test only with abortOnFail, only once it fails, and not before delayAbortEval', () => {
    const registry = new MetricRegistry();
    const threshold = { threshold: 'count<1', abortOnFail: true, delayAbortEval: '5s' };
    const thresholds = bind(registry, { http_reqs: ['count<0', threshold] });
    expect(thresholds.evaluateRunning(9000)).toEqual([]);
    registry.metric('http_reqs', 'counter', 'default').add(1, {});
    expect(thresholds.evaluateRunning(4000)).toEqual([]);
    expect(thresholds.evaluateRunning(6000)).toEqual(['http_reqs: count<1']);
    expect(thresholds.canAbort).toBe(true);
  });

  it.each([
    [{ http_reqs: ['p(95)<5'] }, 'asks for "p(95)" of a counter'],
    [{ http_reqs: ['whatever'] }, 'is not a threshold'],
    [{ http_reqs: ['count<'] }, 'is not a threshold'],
    [{ no_such_metric: ['count<5'] }, '"no_such_metric", which does not exist'],
    [{ 'http_reqs{scenario': ['count<5'] }, 'is not a metric'],
    [{ 'http_reqs{scenario:}': ['count<5'] }, 'is not a metric'],
  ])('is refused if it cannot be evaluated: %j', (thresholds, message) => {
    expect(() => bind(new MetricRegistry(), thresholds)).toThrow(message);
  });
});

describe('a metric', () => {
  it('cannot change its type', () => {
    expect(() => new MetricRegistry().metric('http_reqs', 'trend', 'time')).toThrow(
      "'http_reqs' already exists",
    );
  });
});

describe('the summary', () => {
  function summary() {
    const registry = new MetricRegistry();
    const thresholds = bind(registry, { 'http_reqs{name:a}': ['count>5'] });
    registry.metric('http_reqs', 'counter', 'default').add(4, { name: 'b' });
    const checks = registry.metric('checks', 'rate', 'default');
    checks.add(1, { check: 'is fine', group: '::outer::inner' });
    checks.add(0, { check: 'is fine', group: '::outer::inner' });
    checks.add(1, { check: 'top', group: '' });
    thresholds.evaluate(2000);
    const options = { summaryTrendStats: ['avg'], summaryTimeUnit: '', setupData: { a: 1 } };
    return { registry, data: summaryData({ registry, thresholds, durationMs: 2000, ...options }) };
  }

  it('shows metrics with samples or thresholds, with the values that k6 shows', () => {
    const { metrics } = summary().data;
    expect(Object.keys(metrics).sort()).toEqual(['checks', 'http_reqs', 'http_reqs{name:a}']);
    expect(metrics.http_reqs).toEqual({
      type: 'counter',
      contains: 'default',
      values: { count: 4, rate: 2 },
    });
    expect(metrics['http_reqs{name:a}']!.thresholds).toEqual({ 'count>5': { ok: false } });
  });

  it('shows the checks in their groups', () => {
    const { registry, data } = summary();
    const outer = data.root_group.groups[0]!;
    expect([data.root_group.checks[0]!.path, outer.name, outer.groups[0]!.path]).toEqual([
      '::top',
      'outer',
      '::outer::inner',
    ]);
    expect(outer.groups[0]!.checks[0]).toMatchObject({
      path: '::outer::inner::is fine',
      passes: 1,
      fails: 1,
    });
    expect(registry.checks.totals()).toEqual({
      'is fine': { passes: 1, fails: 1 },
      top: { passes: 1, fails: 0 },
    });
  });

  it('can be printed as text', () => {
    const text = plainSummary(summary().data);
    expect(text).toContain('✗ http_reqs{name:a}: count>5');
    expect(text).toContain('✗ outer / inner / is fine: 1 of 2');
    expect(text).toMatch(/http_reqs\.+: 4 \(2\/s\)/);
  });
});
