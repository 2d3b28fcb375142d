import fc from 'fast-check';
import { harmInWords, harmsOf } from '../../lab/verdict/harm/harm';
import { diagnose } from '../../lab/verdict/diagnosis';
import { recordingOf, type Second } from './synthetic';

const repeat = (count: number, second: (index: number) => Second): Second[] =>
  Array.from({ length: count }, (_, index) => second(index));

const failed = (outcome: NonNullable<Second['failed']>['outcome'], count: number) => ({
  failed: { outcome, count },
});

const kindsOf = (seconds: Second[]): string[] => harmsOf(recordingOf(seconds)).map(({ kind }) => kind);

describe('who was harmed', () => {
  it.each([
    ['refused', failed('refused', 5)],
    ['reset', failed('reset', 5)],
    ['timed out', failed('timeout', 5)],
    ['client error', failed('http_4xx', 5)],
    ['fast error', { ...failed('http_5xx', 5), latencyMs: 20 }],
    ['slow error', { ...failed('http_5xx', 5), latencyMs: 2000 }],
    ['slow', { ok: 5, latencyMs: 2000 }],
    ['other', failed('other', 5)],
  ] as [string, Second][])('is told by kind: %s', (kind, second) => {
    expect(kindsOf(repeat(10, () => second))).toEqual([kind]);
  });

  it('includes a rare route that always fails, with four requests in five seconds', () => {
    const [harm] = harmsOf(
      recordingOf(repeat(30, (index) => (index % 5 === 4 ? {} : failed('http_4xx', 1)))),
    );
    expect(harm).toMatchObject({ kind: 'client error', requests: 24, of: 24 });
  });

  it('does not include a route with a single failure', () => {
    expect(kindsOf(repeat(20, (index) => (index === 3 ? failed('timeout', 1) : { ok: 1 })))).toEqual([]);
  });

  it('leaves out a failure of one request in twenty or fewer', () => {
    expect(kindsOf(repeat(10, () => ({ ok: 38, ...failed('http_5xx', 2) })))).toEqual([]);
    expect(kindsOf(repeat(10, () => ({ ok: 37, ...failed('http_5xx', 3) })))).toEqual(['fast error']);
  });

  it('says when, also of a failure that comes and goes', () => {
    const isBad = (index: number): boolean => (index >= 5 && index < 10) || (index >= 15 && index < 20);
    const seconds = repeat(30, (index) => (isBad(index) ? failed('refused', 20) : { ok: 20 }));
    const { harms } = diagnose(recordingOf(seconds));
    expect(harms[0]!.times).toEqual([
      { from: 5, to: 10 },
      { from: 15, to: 20 },
    ]);
    expect(harmInWords(harms[0]!)).toBe(
      '/api/fast: 200 of 200 requests were refused, 2 times: 5–10 s, 15–20 s',
    );
  });

  it('is told by episode: what comes again after ten seconds may have another cause', () => {
    const isBad = (index: number): boolean => index < 10 || index >= 25;
    const seconds = repeat(40, (index) => (isBad(index) ? failed('timeout', 20) : { ok: 20 }));
    const times = harmsOf(recordingOf(seconds)).map((harm) => harm.times.map(({ from, to }) => to - from));
    expect(times).toEqual([[10_000], [15_000]]);
  });

  it('leaves an episode with few of the harmed requests to the one beside it', () => {
    const seconds = repeat(40, (index) => {
      if (index < 5) return { ok: 18, ...failed('timeout', 2) };
      return index < 20 ? { ok: 20 } : failed('timeout', 20);
    });
    expect(harmsOf(recordingOf(seconds))).toHaveLength(1);
  });

  it('never counts more harmed requests than there were, and its times are in order', () => {
    const second = fc.record({
      ok: fc.nat(30),
      latencyMs: fc.constantFrom(5, 300, 3000),
      failed: fc.record({
        outcome: fc.constantFrom('timeout', 'http_5xx', 'http_4xx', 'reset', 'refused'),
        count: fc.nat(30),
      }),
    }) as fc.Arbitrary<Second>;
    fc.assert(
      fc.property(fc.array(second, { minLength: 1, maxLength: 40 }), (seconds) => {
        const recording = recordingOf(seconds);
        for (const { requests, of, times } of harmsOf(recording)) {
          expect(requests).toBeLessThanOrEqual(of);
          expect(requests).toBeGreaterThan(0);
          times.forEach(({ from, to }, index) => {
            expect(to).toBeGreaterThan(from);
            expect(from).toBeGreaterThan(times[index - 1]?.to ?? -1);
            expect(to).toBeLessThanOrEqual(recording.until);
          });
        }
      }),
    );
  });
});
