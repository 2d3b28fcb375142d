import type { LevelClaim, OrderClaim } from '../../lab/model/experiment';
import { Recording } from '../../lab/recording/recording';
import { evaluation, judge } from '../../lab/verdict/evaluate';
import { eventsOf, evidenceOf, type Second } from './synthetic';

const stated = { id: 'x', says: 'x', because: 'x' };
const seconds = (count: number, second: Second): Second[] => Array.from({ length: count }, () => second);

describe('a level claim', () => {
  const slow: LevelClaim = { ...stated, signal: 'latency_p95', is: '>=', threshold: 1000 };

  it('is held if the value satisfies it, and reports the margin beyond the threshold', () => {
    const finding = judge(slow, evidenceOf(seconds(5, { ok: 10, latencyMs: 1500 })));
    expect(finding.result).toBe('held');
    expect(finding.margin).toBeCloseTo(0.5, 1);
  });

  it('is refuted if the value does not satisfy it, and reports the measured value', () => {
    const finding = judge(slow, evidenceOf(seconds(5, { ok: 10, latencyMs: 20 })));
    expect(finding.result).toBe('refuted');
    expect(finding.measured).toMatch(/^p95 latency 20 ms; expected >= 1 s$/);
    expect(finding.margin).toBeLessThan(0);
  });

  it('is inconclusive, never held, if nothing was measured', () => {
    const few: LevelClaim = { ...stated, signal: 'error_share', is: '<', threshold: 0.01 };
    expect(judge(few, evidenceOf(seconds(5, { offered: 10 }))).result).toBe('inconclusive');
  });

  it('evaluates only its part of the run', () => {
    const end: LevelClaim = { ...slow, during: [0.5, 1] };
    const evidence = evidenceOf([...seconds(5, { ok: 10 }), ...seconds(5, { ok: 10, latencyMs: 2000 })]);
    expect(judge(end, evidence).result).toBe('held');
    expect(judge({ ...end, during: [0, 0.5] }, evidence).result).toBe('refuted');
  });

  it('evaluates the part that was planned for the run, even if the experiment has changed since', () => {
    const end: LevelClaim = { ...slow, during: [0.5, 1] };
    const shorter = { seconds: { full: 10, compressed: 4 } };
    const evidence = evidenceOf(
      [...seconds(5, { ok: 10 }), ...seconds(5, { ok: 10, latencyMs: 2000 })],
      shorter,
    );
    expect(judge({ ...end, take: 'min' }, evidence).result).toBe('held');
  });

  it('compares two parts of the run by their quotient', () => {
    const tenfold: LevelClaim = {
      ...stated,
      signal: 'latency_p95',
      during: [0.5, 1],
      relativeTo: { signal: 'latency_p95', during: [0, 0.5] },
      is: '>=',
      threshold: 10,
    };
    const evidence = evidenceOf([...seconds(5, { ok: 10 }), ...seconds(5, { ok: 10, latencyMs: 150 })]);
    const finding = judge(tenfold, evidence);
    expect(finding.result).toBe('held');
    expect(finding.value).toBeCloseTo(15, 0);
  });

  it('counts values that arrive after their second was looked at, like those of a generator in a cluster', () => {
    const peak: LevelClaim = { ...slow, take: 'max', during: [0, 1] };
    const slowAtFirst = [...seconds(4, { ok: 5, latencyMs: 3000 }), { ok: 5 }];
    const events = eventsOf(slowAtFirst);
    const late = events.filter(({ type }) => type === 'requests');
    const recording = Recording.of(events.filter(({ type }) => type !== 'requests'));
    const evidence = { ...evidenceOf(slowAtFirst), arms: new Map([['default', recording]]) };
    const claim = evaluation(peak, evidence);
    for (let now = 0; now <= recording.until; now += 1000) claim.isDecidedBy(now);
    late.forEach((event) => recording.add(event));
    expect(claim.finding()).toMatchObject({ result: 'held', value: expect.closeTo(3000, -2) as number });
  });

  it('is inconclusive if the compared arm was not run', () => {
    const other: LevelClaim = { ...slow, arm: 'another' };
    expect(judge(other, evidenceOf(seconds(5, { ok: 10 }))).result).toBe('inconclusive');
  });

  it('takes the largest window if it asks for the maximum, and reports its time', () => {
    const peak: LevelClaim = { ...slow, take: 'max' };
    const finding = judge(
      peak,
      evidenceOf([...seconds(3, { ok: 5 }), { ok: 5, latencyMs: 3000 }, { ok: 5 }]),
    );
    expect(finding).toMatchObject({ result: 'held', atSeconds: 4 });
  });
});

describe('an order claim', () => {
  const slowFirst: OrderClaim = {
    ...stated,
    first: { signal: 'latency_p95', is: '>=', threshold: 500 },
    then: { signal: 'error_share', is: '>=', threshold: 0.1 },
    byAtLeastSeconds: 2,
  };
  const quick: Second = { ok: 10 };
  const slow: Second = { ok: 10, latencyMs: 800 };
  const failing: Second = { ok: 1, latencyMs: 2000, failed: { outcome: 'timeout', count: 9 } };

  it('is held if the first event is seen early enough before the second', () => {
    expect(judge(slowFirst, evidenceOf([quick, slow, slow, failing])).result).toBe('held');
  });

  it('is refuted if both occur together', () => {
    expect(judge(slowFirst, evidenceOf([quick, quick, quick, failing])).result).toBe('refuted');
  });

  it('is refuted with an explanation if one of them never occurs', () => {
    const finding = judge(slowFirst, evidenceOf([quick, slow, slow, slow]));
    expect(finding.result).toBe('refuted');
    expect(finding.measured).toContain('share of failed requests >= 10 % never occurred');
  });
});
