import fc from 'fast-check';
import { createSink, supportsStat } from '../../../lab/load/embedded/metrics/sinks';
import { TrendSink } from '../../../lab/load/embedded/metrics/trend';

/** The percentile by its definition, on a sorted copy. */
function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(rank)]!, sorted[Math.ceil(rank)]!];
  return below + (above - below) * (rank - Math.floor(rank));
}

describe('a trend', () => {
  it('interpolates percentiles between the two nearest values', () => {
    const trend = new TrendSink();
    [10, 20, 30, 40].forEach((value) => trend.add(value));
    expect([trend.stat('med'), trend.stat('p(90)'), trend.stat('p(0)'), trend.stat('max')]).toEqual([
      25, 37, 10, 40,
    ]);
    expect([trend.stat('avg'), trend.stat('min'), trend.stat('count')]).toEqual([25, 10, 4]);
  });

  it('is 0 without values and has no other statistics', () => {
    expect([new TrendSink().stat('p(95)'), new TrendSink().stat('avg')]).toEqual([0, 0]);
    expect(new TrendSink().stat('mode')).toBeUndefined();
  });

  it('stays exact however often it is read between additions, even beyond its chunk size', () => {
    const values = fc.array(fc.double({ noNaN: true, min: 0, max: 1e6 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(
        fc.array(values, { minLength: 1, maxLength: 5 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (batches, share) => {
          const trend = new TrendSink();
          const all: number[] = [];
          for (const batch of batches) {
            batch.forEach((value) => trend.add(value));
            all.push(...batch);
            expect(trend.percentile(share)).toBe(percentile(all, share));
          }
        },
      ),
    );
    const many = Array.from({ length: 40_000 }, (_, i) => (i * 7919) % 40_009);
    const trend = new TrendSink();
    many.forEach((value) => trend.add(value));
    expect([trend.count, trend.percentile(0.95)]).toEqual([40_000, percentile(many, 0.95)]);
  });
});

describe('the other sinks', () => {
  it('have the values that k6 shows', () => {
    const filled = (type: 'counter' | 'gauge' | 'rate') => {
      const sink = createSink(type);
      [3, 0, 5].forEach((value) => sink.add(value));
      return sink.values(2000, []);
    };
    expect(filled('counter')).toEqual({ count: 8, rate: 4 });
    expect(filled('gauge')).toEqual({ value: 5, min: 0, max: 5 });
    expect(filled('rate')).toEqual({ rate: 2 / 3, passes: 2, fails: 1 });
  });

  it('offer thresholds the same statistics as k6', () => {
    expect(supportsStat('counter', 'count') && supportsStat('trend', 'p(99.9)')).toBe(true);
    expect(
      supportsStat('trend', 'count') || supportsStat('rate', 'avg') || supportsStat('gauge', 'max'),
    ).toBe(false);
  });
});
