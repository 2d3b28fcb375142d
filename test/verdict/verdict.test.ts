import type { LevelClaim } from '../../lab/model/experiment';
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
  it('is held if every claim is held', () => {
    expect(reach(evidenceOf(seconds(12, { ok: 10, latencyMs: 1500 }), needsLoad)).outcome).toBe('held');
  });

  it('is refuted if the pressure was there and a claim did not hold', () => {
    const verdict = reach(evidenceOf(seconds(12, { ok: 10 }), needsLoad));
    expect(verdict).toMatchObject({ outcome: 'refuted', why: 'did not hold: slow' });
  });

  it('is "no impact" if the load never arrived, even if the claim would hold', () => {
    expect(reach(evidenceOf(seconds(12, { ok: 1, latencyMs: 1500 }), needsLoad)).outcome).toBe('no impact');
    expect(reach(evidenceOf(seconds(12, { offered: 50 }), needsLoad)).outcome).toBe('no impact');
  });

  it('is inconclusive, not refuted, if the machine had no CPU left', () => {
    const verdict = reach(evidenceOf(seconds(12, { ok: 10, busy: 1 }), needsLoad));
    expect(verdict.outcome).toBe('inconclusive');
    expect(verdict.why).toContain('the machine had no CPU left');
  });

  it('is inconclusive, not "no impact", if the load generator itself was late', () => {
    const generator = { cpu: 0.9, delayMs: 800 };
    const verdict = reach(evidenceOf(seconds(12, { ok: 1, latencyMs: 1500, generator }), needsLoad));
    expect(verdict.outcome).toBe('inconclusive');
    expect(verdict.why).toContain('the load generator itself ran late');
  });

  it('is inconclusive, not held, if the load generator caused the effect', () => {
    const generator = { cpu: 0.9, delayMs: 800 };
    const verdict = reach(evidenceOf(seconds(12, { ok: 10, latencyMs: 1500, generator }), needsLoad));
    expect(verdict.findings.map(({ result }) => result)).toEqual(['held']);
    expect(verdict).toMatchObject({ outcome: 'inconclusive', diagnosis: { cause: 'load generator' } });
  });

  it.each(['lab', 'generator'] as const)('is inconclusive, not held, if the %s stood still', (who) => {
    const still = who === 'lab' ? { labDelayMs: 6000 } : { generator: { cpu: 0, delayMs: 6000 } };
    const second = { ok: 10, latencyMs: 1500 };
    const verdict = reach(evidenceOf([...seconds(11, second), { ...second, ...still }], needsLoad));
    expect(verdict.findings.map(({ result }) => result)).toEqual(['held']);
    expect(verdict.outcome).toBe('inconclusive');
    expect(verdict.why).toMatch(/^the (lab|load generator) stood still for 6 s \(in the arm default\)$/);
  });

  it("is inconclusive, not held, if the cluster's API server was away, and says for how long", () => {
    const second = { ok: 10, latencyMs: 1500 };
    const away = (count: number) => [
      ...seconds(3, second),
      ...seconds(count, { ...second, silent: true }),
      ...seconds(5, second),
    ];
    expect(reach(evidenceOf(away(3), needsLoad)).outcome).toBe('held');
    expect(reach(evidenceOf(away(30), needsLoad))).toMatchObject({
      outcome: 'inconclusive',
      why: 'nothing was measured for 31 s because the API server did not answer (in the arm default)',
    });
  });

  it('is inconclusive, not refuted, if the cluster evicted a pod, and quotes the cluster', () => {
    const message = 'TerminationByKubelet: The node was low on resource: memory.';
    const evicted = { ok: 10, pods: [{ reason: 'Evicted' as const, app: 'backend', message }] };
    expect(reach(evidenceOf([...seconds(6, { ok: 10 }), evicted], needsLoad))).toMatchObject({
      outcome: 'inconclusive',
      why: `the cluster evicted the pod backend-1: ${message} (in the arm default)`,
    });
  });

  it('is inconclusive, not held, if an autoscaler got no metrics at any time under load, and says so in one sentence', () => {
    const second = { ok: 10, latencyMs: 1500 };
    const scaler = (active: number[]) =>
      active.map((value) => ({
        ...second,
        metrics: { kube_horizontalpodautoscaler_status_condition: value },
      }));
    expect(reach(evidenceOf(scaler([1, ...Array<number>(11).fill(0)]), needsLoad)).outcome).toBe('held');
    expect(reach(evidenceOf(scaler(Array<number>(12).fill(0)), needsLoad))).toMatchObject({
      outcome: 'inconclusive',
      why: 'the autoscaler of backend got no metrics (its ScalingActive is not True), so it could not scale; it needs a metrics server (in the arm default)',
    });
  });

  it('is inconclusive, not held, if the load generator in the cluster was throttled', () => {
    const throttled = (share: number) =>
      Array.from({ length: 12 }, (_, index) => ({
        ok: 10,
        latencyMs: 1500,
        metrics: {
          container_cpu_cfs_periods_total: index * 10,
          container_cpu_cfs_throttled_periods_total: index * 10 * share,
        },
      }));
    const reached = (share: number) => {
      const evidence = evidenceOf(throttled(share), needsLoad);
      const recording = evidence.arms.get('default')!;
      for (const name of ['container_cpu_cfs_periods_total', 'container_cpu_cfs_throttled_periods_total'])
        for (const series of recording.find(name))
          Object.assign(series.labels, { app: 'load', pod: 'load-x' });
      return reach(evidence);
    };
    expect(reached(0.05).outcome).toBe('held');
    expect(reached(0.2)).toMatchObject({
      outcome: 'inconclusive',
      why: expect.stringMatching(
        /^the load generator was throttled at its CPU limit in 20 % of its scheduling/,
      ),
    });
  });

  it('names everything that interfered', () => {
    const evicted = { ok: 10, pods: [{ reason: 'Evicted' as const, app: 'backend', message: 'Evicted: x' }] };
    const away = seconds(6, { ok: 10, silent: true });
    const { why } = reach(evidenceOf([...seconds(3, { ok: 10 }), ...away, evicted], needsLoad));
    expect(why).toMatch(
      /^nothing was measured for 7 s because .*\); the cluster evicted the pod backend-1: /,
    );
  });

  it.each([7_200_000, -3_600_000])(
    "is inconclusive, not held, if k6's clock was changed by %d ms",
    (clockSetMs) => {
      const second = { ok: 10, latencyMs: 1500 };
      const evidence = evidenceOf([...seconds(11, second), { ...second, clockSetMs }], needsLoad);
      expect(reach(evidence).outcome).toBe('held');
      evidence.arms.get('default')!.run.load.runner = 'k6';
      const { outcome, why } = reach(evidence);
      expect(outcome).toBe('inconclusive');
      expect(why).toBe(
        `the clock jumped by ${clockSetMs / 1000} s, or the machine slept (in the arm default)`,
      );
    },
  );

  it.each(['interrupted', 'cut off'] as const)('is inconclusive if the run was %s', (end) => {
    const evidence = evidenceOf(seconds(12, { ok: 10, latencyMs: 1500 }), needsLoad);
    const arms = new Map([['default', recordingOf(seconds(12, { ok: 10, latencyMs: 1500 }), end)]]);
    expect(reach({ ...evidence, arms }).outcome).toBe('inconclusive');
  });

  it('is always the same for the same evidence', () => {
    const evidence = evidenceOf(seconds(12, { ok: 10, latencyMs: 1500 }), needsLoad);
    expect(reach(evidence)).toEqual(reach(evidence));
  });
});
