import fc from 'fast-check';
import {
  createHistogram,
  decodeHistogram,
  RequestAggregator,
  type RequestDone,
} from '../../../lab/load/requests';

function request(fields: Partial<RequestDone>): RequestDone {
  return { scenario: 's', name: '/a', outcome: 'ok', status: 200, durationMs: 10, ...fields };
}

describe('the aggregation of requests', () => {
  it('keeps scenario, name, outcome and status apart, and starts over after each take()', () => {
    const aggregator = new RequestAggregator();
    aggregator.add(request({}));
    aggregator.add(request({}));
    aggregator.add(request({ name: '/b' }));
    aggregator.add(request({ outcome: 'http_5xx', status: 503 }));
    aggregator.add(request({ scenario: 'victim' }));
    const events = aggregator.take(1000);
    expect(events.map((e) => [e.scenario, e.name, e.outcome, e.status, e.count])).toEqual([
      ['s', '/a', 'ok', 200, 2],
      ['s', '/b', 'ok', 200, 1],
      ['s', '/a', 'http_5xx', 503, 1],
      ['victim', '/a', 'ok', 200, 1],
    ]);
    aggregator.add(request({}));
    expect(aggregator.take(2000)).toMatchObject([{ t: 2000, count: 1 }]);
    expect(aggregator.take(3000)).toEqual([]);
  });

  it('keeps durations to 3 significant digits in µs, even for fractions of a ms', () => {
    const aggregator = new RequestAggregator();
    aggregator.add(request({ durationMs: 0.25 }));
    const [event] = aggregator.take(1000);
    expect(decodeHistogram(event!.duration).maxValue).toBe(250);
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 600_000, noNaN: true }), (durationMs) => {
        aggregator.add(request({ durationMs }));
        const { duration } = aggregator.take(1000)[0]!;
        expect(Math.abs(decodeHistogram(duration).mean / (durationMs * 1000) - 1)).toBeLessThan(0.501);
        if (durationMs > 1) {
          expect(Math.abs(decodeHistogram(duration).mean / (durationMs * 1000) - 1)).toBeLessThan(0.001);
        }
      }),
    );
  });

  it('records a request longer than 10 minutes as one of 10 minutes', () => {
    const aggregator = new RequestAggregator();
    aggregator.add(request({ durationMs: 1e9 }));
    expect(decodeHistogram(aggregator.take(0)[0]!.duration).maxValue / 6e8).toBeCloseTo(1, 2);
  });

  it('adds the delay of the iteration to the latency from the schedule, and has no such latency without a schedule', () => {
    const aggregator = new RequestAggregator();
    aggregator.add(request({ durationMs: 10 }), 5);
    const [open] = aggregator.take(1000);
    expect(decodeHistogram(open!.fromSchedule!).mean / 15_000).toBeCloseTo(1, 3);
    aggregator.add(request({ name: '/closed' }));
    expect(aggregator.take(2000)[0]).not.toHaveProperty('fromSchedule');
  });

  it('merges without loss: two seconds added up equal both recorded together', () => {
    const seconds = [
      [1, 5, 900],
      [3, 5000],
    ];
    const events = seconds.map((durations) => {
      const aggregator = new RequestAggregator();
      durations.forEach((durationMs) => aggregator.add(request({ durationMs })));
      return aggregator.take(0)[0]!;
    });
    const merged = createHistogram();
    events.forEach((event) => merged.add(decodeHistogram(event.duration)));
    const whole = new RequestAggregator();
    seconds.flat().forEach((durationMs) => whole.add(request({ durationMs })));
    const expected = decodeHistogram(whole.take(0)[0]!.duration);
    expect(merged.totalCount).toBe(5);
    for (const p of [0, 50, 90, 100]) {
      expect(merged.getValueAtPercentile(p)).toBe(expected.getValueAtPercentile(p));
    }
  });
});
