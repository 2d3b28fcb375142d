import type { LevelClaim } from '../../lab/experiment';
import { reach } from '../../lab/verdict/verdict';
import { evidenceOf, recordingOf, type Second } from './synthetic';

const seconds = (count: number, second: Second): Second[] => Array.from({ length: count }, () => second);
const slow: LevelClaim = {
  id: 'slow',
  says: 'it is slow',
  because: 'x',
  signal: 'latency_p95',
  is: '>=',
  threshold: 1000,
};
const needsLoad = { pressure: { signal: 'request_rate', is: '>=', threshold: 5 } as const, claims: [slow] };

describe('the verdict', () => {
  it('is held when every claim is', () => {
    expect(reach(evidenceOf(seconds(12, { ok: 10, latencyMs: 1500 }), needsLoad)).outcome).toBe('held');
  });

  it('is refuted when the pressure was there and a claim was not seen', () => {
    const verdict = reach(evidenceOf(seconds(12, { ok: 10 }), needsLoad));
    expect(verdict).toMatchObject({ outcome: 'refuted', why: 'not seen: slow' });
  });

  it('is "no impact" when the load never arrived, even if the claim would hold', () => {
    expect(reach(evidenceOf(seconds(12, { ok: 1, latencyMs: 1500 }), needsLoad)).outcome).toBe('no impact');
    expect(reach(evidenceOf(seconds(12, { offered: 50 }), needsLoad)).outcome).toBe('no impact');
  });

  it('is inconclusive, not refuted, when the machine had no CPU left', () => {
    const verdict = reach(evidenceOf(seconds(12, { ok: 10, busy: 1 }), needsLoad));
    expect(verdict.outcome).toBe('inconclusive');
    expect(verdict.why).toContain('the machine had no CPU left');
  });

  it.each(['interrupted', 'cut off'] as const)('is inconclusive when the run was %s', (end) => {
    const evidence = evidenceOf(seconds(12, { ok: 10, latencyMs: 1500 }), needsLoad);
    const arms = new Map([['default', recordingOf(seconds(12, { ok: 10, latencyMs: 1500 }), end)]]);
    expect(reach({ ...evidence, arms }).outcome).toBe('inconclusive');
  });

  it('is the same each time for the same evidence', () => {
    const evidence = evidenceOf(seconds(12, { ok: 10, latencyMs: 1500 }), needsLoad);
    expect(reach(evidence)).toEqual(reach(evidence));
  });
});
