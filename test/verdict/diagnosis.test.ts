import { diagnose } from '../../lab/verdict/diagnosis';
import { evidenceOf, type Second } from './synthetic';

const repeat = (count: number, second: (index: number) => Second): Second[] =>
  Array.from({ length: count }, (_, index) => second(index));

const healthy = (): Second => ({ ok: 20, latencyMs: 12 });
const failing: Second = { ok: 1, latencyMs: 2000, failed: { outcome: 'timeout', count: 19 } };

const RUNS: [cause: string, seconds: Second[]][] = [
  ['healthy', repeat(12, healthy)],
  [
    'cpu limit',
    repeat(12, (index) => ({
      ...(index < 3 ? healthy() : failing),
      metrics: {
        container_cpu_usage_seconds_total: index * 0.49,
        container_cpu_cfs_periods_total: index * 10,
        container_cpu_cfs_throttled_periods_total: index * 9,
        kube_pod_container_resource_limits: 0.5,
      },
    })),
  ],
  [
    'memory limit',
    repeat(12, (index) => ({
      ...(index < 6 ? healthy() : { failed: { outcome: 'reset' as const, count: 20 } }),
      metrics: {
        container_memory_working_set_bytes: (100 + 70 * Math.min(index, 5)) * 2 ** 20,
        container_spec_memory_limit_bytes: 512 * 2 ** 20,
      },
      ...(index === 6 && { pods: [{ reason: 'OOMKilled' as const, app: 'backend' }] }),
    })),
  ],
  [
    'slow dependency',
    repeat(12, (index) => ({
      ...(index < 3 ? healthy() : failing),
      metrics: {
        downstream_sockets_used: index < 3 ? 5 : 50,
        downstream_sockets_max: 50,
        downstream_sockets_waiting: index < 3 ? 0 : 300,
      },
    })),
  ],
  ['slow I/O only', repeat(12, () => ({ ok: 5, latencyMs: 5000, metrics: cpu(0.01) }))],
  ['cannot tell', repeat(12, () => failing)],
];

function cpu(limitShare: number): Record<string, number> {
  return { container_cpu_usage_seconds_total: limitShare, kube_pod_container_resource_limits: 0.5 };
}

describe('the diagnosis', () => {
  it.each(RUNS)('names %s from signals alone', (cause, seconds) => {
    expect(diagnose(evidenceOf(seconds)).cause).toBe(cause);
  });

  it.each(RUNS.filter(([cause]) => cause !== 'healthy'))(
    'says for %s what rules out every other cause',
    (cause, seconds) => {
      const { ruledOut } = diagnose(evidenceOf(seconds));
      expect(ruledOut.map(({ cause: other }) => other)).not.toContain(cause);
      expect(ruledOut.length).toBeGreaterThanOrEqual(4);
      for (const { because } of ruledOut) expect(because).not.toBe('');
    },
  );

  it('names the earliest symptom with its time', () => {
    const { firstSymptom } = diagnose(evidenceOf(RUNS[1]![1]));
    expect(firstSymptom).toEqual({ says: 'the CPU was throttled', atSeconds: 2 });
  });

  it('names the requests that suffered', () => {
    expect(diagnose(evidenceOf(RUNS[3]![1])).suffered).toEqual(['/api/fast']);
    expect(diagnose(evidenceOf(RUNS[0]![1])).suffered).toEqual([]);
  });
});
