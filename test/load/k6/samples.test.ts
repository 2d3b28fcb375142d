import { forbiddenNetworks } from '../../../lab/load/k6/allowed-addresses';
import { summaryFrom } from '../../../lab/load/k6/exported-summary';
import { nameOf, outcomeOf, parseSample, type K6Sample } from '../../../lab/load/k6/samples';
import { Windows } from '../../../lab/load/k6/windows';
import { decodeHistogram } from '../../../lab/load/requests';

describe("a line of k6's output", () => {
  it.each<[string, ReturnType<typeof parseSample>]>([
    ['{"metric":"http_req_blocked","type":"Point","data":{}}', 'skip'],
    ['{"metric":"iteration_duration","type":"Point","data":{}}', 'skip'],
    ['printed by handleSummary', undefined],
    [
      '{"type":"Metric","data":{"name":"vus","type":"gauge","contains":"default","thresholds":[]},"metric":"vus"}',
      { kind: 'definition', name: 'vus', type: 'gauge', contains: 'default' },
    ],
    [
      '{"metric":"iterations","type":"Point","data":{"time":"2026-01-02T03:04:05.678901234+02:00","value":1,"tags":{"scenario":"a"}}}',
      {
        kind: 'point',
        metric: 'iterations',
        value: 1,
        epochMs: Date.UTC(2026, 0, 2, 1, 4, 5, 678),
        tags: { scenario: 'a' },
      },
    ],
  ])('%s is parsed', (line, expected) => expect(parseSample(line)).toEqual(expected));

  it.each([
    [{ status: '200' }, 'ok'],
    [{ status: '302' }, 'ok'],
    [{ status: '404', error_code: '1404' }, 'http_4xx'],
    [{ status: '503', error_code: '1503' }, 'http_5xx'],
    [{ status: '0', error_code: '1050' }, 'timeout'],
    [{ status: '0', error_code: '1211' }, 'timeout'],
    [{ status: '0', error_code: '1212' }, 'refused'],
    [{ status: '0', error_code: '1220' }, 'reset'],
    [{ status: '0', error_code: '1101' }, 'other'],
    [{ status: '0', error_code: '1000' }, 'other'],
  ])('with %j has the outcome %s', (tags, outcome) => {
    expect(outcomeOf(tags as unknown as Record<string, string>, 5)).toBe(outcome);
  });

  it('names a request by its name tag if the script sets one, otherwise by its path', () => {
    const url = 'http://host:1/a/b?c=d';
    expect([nameOf({ url, name: 'own' }), nameOf({ url, name: url }), nameOf({ url })]).toEqual([
      'own',
      '/a/b',
      '/a/b',
    ]);
  });
});

describe('windows', () => {
  const ORIGIN = 1_000_000;
  const point = (metric: string, t: number, value: number): Extract<K6Sample, { kind: 'point' }> => {
    const tags = { scenario: 's', status: '200', name: 'n', url: 'http://h/' };
    return { kind: 'point', metric, value, epochMs: ORIGIN + t, tags };
  };

  it('hold the samples of their own second, in any order of arrival', () => {
    const windows = new Windows(ORIGIN);
    windows.add(point('http_req_duration', 1500, 20), 9000);
    windows.add(point('http_req_duration', 1000, 10), 9000);
    windows.add(point('iterations', 1001, 1), 9000);
    windows.add(point('dropped_iterations', 2000, 2), 9000);
    windows.add(point('vus', 2000, 7), 9000);
    const events = [...windows.close(2, 9000, 0.5)];
    expect(events).toMatchObject([
      { type: 'requests', t: 1000, count: 1, name: 'n' },
      { type: 'requests', t: 2000, count: 1 },
      { type: 'load', t: 2000, scheduled: 3, completed: 1, dropped: 2, activeVUs: 7, generatorCpu: 0.5 },
    ]);
    const [first] = events;
    expect(first?.type === 'requests' && decodeHistogram(first.duration).maxValue / 10_000).toBeCloseTo(1, 2);
  });

  it('count a late sample in the next window, and end no later than now', () => {
    const windows = new Windows(ORIGIN);
    expect([...windows.close(1, 1000, 0)]).toEqual([]);
    windows.add(point('iterations', 500, 1), 9000);
    expect(windows.last).toBe(2);
    expect([...windows.close(2, 1700, 0)]).toMatchObject([{ t: 1700, completed: 1 }]);
  });

  it('count a sample in the second of its arrival if its clock is 56 years ahead or behind', () => {
    const windows = new Windows(ORIGIN);
    windows.add(point('iterations', 1.8e12, 1), 1500);
    windows.add(point('iterations', -1.8e12, 2), 1500);
    expect(windows.last).toBe(2);
    expect([...windows.close(2, 3000, 0)]).toMatchObject([
      { t: 1000, completed: 2 },
      { t: 2000, completed: 3 },
    ]);
  });
});

describe('the exported summary', () => {
  it('becomes the data that handleSummary would receive', () => {
    const summary = summaryFrom(
      {
        root_group: {
          checks: { a: { name: 'a', passes: 1, fails: 0 } },
          groups: { g: { groups: {}, checks: { a: { name: 'a', passes: 0, fails: 2 } } } },
        },
        metrics: {
          iterations: { count: 30, rate: 10 },
          http_reqs: { count: 5, rate: 5 / 3 },
          'http_req_failed{scenario:x}': Object.assign(
            { value: 0.5, passes: 1, fails: 1 },
            { thresholds: { 'rate<0.1': true, 'rate<0.9': false } },
          ) as never,
        },
      },
      new Map([
        ['iterations', { type: 'counter', contains: 'default' }],
        ['http_reqs', { type: 'counter', contains: 'default' }],
        ['http_req_failed', { type: 'rate', contains: 'default' }],
      ]),
      { aborted: false, wallMs: 9999 },
    );
    expect(summary).toMatchObject({
      iterations: 30,
      requests: 5,
      droppedIterations: 0,
      durationMs: 3000,
      checks: { a: { passes: 1, fails: 2 } },
      thresholds: {
        'http_req_failed{scenario:x}: rate<0.1': false,
        'http_req_failed{scenario:x}: rate<0.9': true,
      },
    });
    expect(summary.metrics['http_req_failed{scenario:x}']).toEqual({
      type: 'rate',
      contains: 'default',
      values: { rate: 0.5, passes: 1, fails: 1 },
    });
  });
});

describe('the forbidden networks', () => {
  it('contain everything but the allowed address', async () => {
    const networks = await forbiddenNetworks(['127.0.0.1']);
    const ipv4 = networks.filter((network) => network.includes('.'));
    const covers = (address: number) =>
      ipv4.filter((network) => {
        const [base, prefix] = network.split('/');
        const start = base!.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
        return address >= start && address < start + 2 ** (32 - Number(prefix));
      }).length;
    const allowed = 0x7f000001;
    expect([
      covers(allowed),
      covers(allowed - 1),
      covers(allowed + 1),
      covers(0),
      covers(2 ** 32 - 1),
    ]).toEqual([0, 1, 1, 1, 1]);
    expect(ipv4).toHaveLength(32);
    expect(networks.filter((network) => network.includes(':'))).toEqual(['0:0:0:0:0:0:0:0/0']);
  });

  it('also leave out allowed IPv6 addresses', async () => {
    const networks = await forbiddenNetworks(['::1']);
    expect(networks).toContain('0:0:0:0:0:0:0:0/128');
    expect(networks).not.toContain('0:0:0:0:0:0:0:1/128');
    expect(networks).toContain('0.0.0.0/0');
  });
});

it('a request that timed out before it connected counts as refused', () => {
  const tags = { status: '0', error_code: '1050' };
  expect(outcomeOf(tags, 0)).toBe('refused');
  expect(outcomeOf(tags, 10_000)).toBe('timeout');
});
