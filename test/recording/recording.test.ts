import fc from 'fast-check';
import type { TelemetryEvent } from '../../lab/model/events';
import {
  highest,
  increase,
  mean,
  Recording,
  type RecordedSeries,
  valueAt,
} from '../../lab/recording/recording';

const series = (points: [number, number][]): RecordedSeries => ({
  name: 'x',
  labels: {},
  times: points.map(([t]) => t),
  values: points.map(([, value]) => value),
});

describe('a counter', () => {
  it('grows by the sum of its steps, however a span is divided', () => {
    const steps = fc.array(fc.nat(1000), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(steps, fc.nat(60), (grown, cut) => {
        let value = 0;
        const counter = series(grown.map((step, index) => [(index + 1) * 1000, (value += step)]));
        const whole = increase(counter, 0, 100_000);
        expect(increase(counter, 0, cut * 1000) + increase(counter, cut * 1000, 100_000)).toBe(whole);
        expect(whole).toBe(value - (grown[0] ?? 0));
      }),
    );
  });

  it('that falls has restarted from zero', () => {
    expect(
      increase(
        series([
          [0, 10],
          [1000, 15],
          [2000, 3],
          [3000, 4],
        ]),
        0,
        3000,
      ),
    ).toBe(9);
  });
});

describe('a gauge', () => {
  const gauge = series([
    [0, 2],
    [1000, 4],
    [3000, 0],
  ]);

  it('keeps its value until the next one', () => {
    expect([valueAt(gauge, 500), valueAt(gauge, 2999), valueAt(gauge, 9000)]).toEqual([2, 4, 0]);
    expect(valueAt(gauge, -1)).toBeUndefined();
  });

  it('has a time-weighted mean', () => {
    expect(mean(gauge, 0, 3000)).toBeCloseTo((2 + 4 + 4) / 3);
    expect(mean(gauge, 500, 1500)).toBeCloseTo(3);
  });

  it('includes the value that still holds at the beginning in its maximum', () => {
    expect(highest(gauge, 2000, 4000)).toBe(4);
    expect(highest(gauge, 3000, 4000)).toBe(0);
  });
});

describe('a recording that discards old events', () => {
  const SECONDS = 60;
  const KEPT_FROM = 40_000;
  const events = Array.from({ length: SECONDS }, (_, second): TelemetryEvent[] => {
    const t = (second + 1) * 1000;
    const counts = { scheduled: second, started: second, completed: second, dropped: 0, activeVUs: 1 };
    return [
      { type: 'scrape', t, values: [[0, second * 2]] },
      { type: 'load', t, scenario: 'default', ...counts, generatorCpu: 0, generatorDelayMs: 0 },
      { type: 'host', t, cores: 2, busy: 0, steal: 0, labDelayMs: 0 },
    ];
  }).flat();
  const start: TelemetryEvent = { type: 'series', t: 0, id: 0, name: 'requests_total', labels: {} };
  const whole = Recording.of([start, ...events]);
  const short = Recording.of([start, ...events]);
  short.forget(KEPT_FROM);
  const [all, left] = [whole, short].map(
    (recording) => recording.find('requests_total')[0] as RecordedSeries,
  );

  it('gives the same answers about the kept part as the whole recording', () => {
    for (const from of [KEPT_FROM, KEPT_FROM + 500, 55_000]) {
      expect(increase(left!, from, 60_000)).toBe(increase(all!, from, 60_000));
      expect(valueAt(left!, from)).toBe(valueAt(all!, from));
    }
    expect(increase(left!, 0, 60_000)).toBe(increase(all!, 0, 60_000));
  });

  it('keeps only that part and the first value', () => {
    expect(left!.times.length).toBe(22);
    expect(short.hosts.length).toBe(20);
    expect(short.load.map(({ t }) => t)).toEqual(short.loadByScenario.get('default')!.map(({ t }) => t));
    expect(short.load.length).toBe(20);
  });
});
