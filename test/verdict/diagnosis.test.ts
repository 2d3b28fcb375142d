import { diagnose } from '../../lab/verdict/diagnosis';
import { recordingOf, type Second } from './synthetic';

const repeat = (count: number, second: (index: number) => Second): Second[] =>
  Array.from({ length: count }, (_, index) => second(index));

const healthy = (): Second => ({ ok: 20, latencyMs: 12 });
const failing: Second = { ok: 1, latencyMs: 2000, failed: { outcome: 'timeout', count: 19 } };

const KILLED_BY_PROBE = {
  reason: 'Killing' as const,
  app: 'backend',
  message: 'Container backend failed liveness probe, will be restarted',
  failedProbe: 'liveness' as const,
};

const RUNS: [cause: string, seconds: Second[]][] = [
  ['healthy', repeat(12, healthy)],
  [
    'cpu limit',
    repeat(12, (index) => ({
      ...(index < 3 ? healthy() : failing),
      metrics: throttled(index),
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
        downstream_service_seconds_count: index * 10,
        downstream_service_seconds_sum: index * 3,
      },
    })),
  ],
  [
    'event-loop block',
    repeat(12, (index) => ({ ...(index < 3 ? healthy() : failing), metrics: blocked(index) })),
  ],
  [
    'event-loop block and cpu limit',
    repeat(12, (index) => ({
      ...(index < 3 ? healthy() : failing),
      metrics: { ...blocked(index), ...throttled(index) },
    })),
  ],
  [
    'liveness probe',
    repeat(20, (index) => ({
      ...(index < 12 ? healthy() : { failed: { outcome: 'refused' as const, count: 20 } }),
      metrics: { ...blocked(index), ...throttled(index) },
      ...(index === 12 && { pods: [KILLED_BY_PROBE, { reason: 'Completed' as const, app: 'backend' }] }),
    })),
  ],
  [
    'retry storm',
    repeat(40, (index) => ({
      ...(index < 12 ? healthy() : { failed: { outcome: 'timeout' as const, count: 80 }, latencyMs: 2000 }),
      offered: 20,
      metrics: throttled(index),
    })),
  ],
  ['load generator', repeat(12, () => ({ ...healthy(), generator: { cpu: 0.98, delayMs: 900 } }))],
  ['the machine', repeat(12, () => ({ ...failing, busy: 1 }))],
  [
    'load shed',
    repeat(12, (index) => ({
      ok: 15,
      latencyMs: 12,
      failed: { outcome: 'http_5xx' as const, count: 5 },
      metrics: { requests_shed_total: index * 5 },
    })),
  ],
  [
    'cpu limit',
    repeat(12, (index) => ({
      ...(index < 3 ? healthy() : failing),
      metrics: { ...throttled(index), requests_shed_total: index * 5 },
    })),
  ],
  ['slow I/O only', repeat(12, (index) => ({ ok: 5, latencyMs: 5000, metrics: waiting(index) }))],
  ['cannot tell', repeat(12, () => failing)],
];

function waiting(index: number): Record<string, number> {
  return {
    container_cpu_usage_seconds_total: index * 0.01,
    worker_queue_size: 0,
    kube_pod_container_resource_limits: 0.5,
    nodejs_eventloop_lag_p50_seconds: 0.01,
    db_pool_waiting: 0,
    downstream_sockets_waiting: 0,
  };
}

function throttled(index: number): Record<string, number> {
  return {
    container_cpu_usage_seconds_total: index * 0.49,
    container_cpu_cfs_periods_total: index * 10,
    container_cpu_cfs_throttled_periods_total: index * 9,
    kube_pod_container_resource_limits: 0.5,
  };
}

function blocked(index: number): Record<string, number> {
  return { container_cpu_usage_seconds_total: index * 0.3, nodejs_eventloop_lag_p50_seconds: 0.6 };
}

describe('the diagnosis', () => {
  it.each(RUNS)('names %s from signals alone', (cause, seconds) => {
    expect(diagnose(recordingOf(seconds)).cause).toBe(cause);
  });

  it.each(RUNS.filter(([cause]) => cause !== 'healthy'))(
    'gives a reason against every cause other than %s',
    (cause, seconds) => {
      const { ruledOut } = diagnose(recordingOf(seconds));
      expect(ruledOut.map(({ cause: other }) => other)).not.toContain(cause);
      expect(ruledOut.length).toBeGreaterThanOrEqual(4);
      for (const { because } of ruledOut) expect(because).not.toBe('');
    },
  );

  it('names the earliest symptom with its time', () => {
    const { firstSymptom } = diagnose(recordingOf(RUNS[1]![1]));
    expect(firstSymptom).toEqual({
      name: 'throttling',
      says: 'the container was throttled',
      signal: 'cpu_throttled_share',
      atSeconds: 2,
    });
  });

  it('does not mistake an overloaded process for one that a probe killed without need', () => {
    const overloaded = repeat(20, (index) => ({
      ...failing,
      metrics: throttled(index),
      ...(index === 12 && { pods: [KILLED_BY_PROBE] }),
    }));
    expect(diagnose(recordingOf(overloaded)).causes).toEqual(['cpu limit']);
  });

  it('does not mistake more load than was ever served for a retry storm', () => {
    const overload = repeat(40, (index) => ({
      ...(index < 12 ? healthy() : { failed: { outcome: 'timeout' as const, count: 160 } }),
      offered: index < 12 ? 20 : 80,
      metrics: throttled(index),
    }));
    expect(diagnose(recordingOf(overload)).causes).toEqual(['cpu limit']);
  });

  it('states how the requests per iteration compare with the beginning', () => {
    const diagnosisOf = (name: string) => diagnose(recordingOf(RUNS.find(([cause]) => cause === name)![1]));
    const [growth] = diagnosisOf('retry storm').evidence.filter(
      ({ signal }) => signal === 'requests_per_iteration',
    );
    expect(growth!.says).toMatch(/\(requests per iteration: 4 times the value at the beginning\)$/);
    const excluded = diagnosisOf('memory limit').ruledOut.find(({ cause }) => cause === 'retry storm');
    expect(excluded!.because).toBe(
      'clients sent no more requests per iteration than at the beginning (requests per iteration: unchanged)',
    );
  });

  it('detects harm to a few requests beside a fast majority', () => {
    const few = repeat(12, (index) => ({
      ok: 200,
      failed: { outcome: 'timeout' as const, count: 40 },
      metrics: throttled(index),
    }));
    expect(diagnose(recordingOf(few)).causes).toEqual(['cpu limit']);
  });

  it('names the latency that users notice first', () => {
    const { firstSymptom } = diagnose(recordingOf(RUNS.at(-2)![1]));
    expect(firstSymptom).toMatchObject({ says: 'p95 latency exceeded one second', atSeconds: 1 });
  });

  it('names the requests that suffered', () => {
    expect(diagnose(recordingOf(RUNS[3]![1])).suffered).toEqual(['/api/fast']);
    expect(diagnose(recordingOf(RUNS[0]![1])).suffered).toEqual([]);
  });
});

test('a cause that several rows describe is told once', () => {
  const [, seconds] = RUNS.find(([cause]) => cause === 'slow dependency')!;
  const { mechanism, evidence } = diagnose(recordingOf(seconds));
  expect(mechanism).not.toContain('At the same time');
  const says = evidence.map((sighting) => sighting.says);
  expect(says).toContainEqual(expect.stringContaining('the dependency itself was slow'));
  expect(says).toEqual([...new Set(says)]);
});
