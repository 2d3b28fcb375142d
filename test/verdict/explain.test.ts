import { diagnose } from '../../lab/verdict/diagnosis';
import { recordingOf, type Second } from './synthetic';

const repeat = (count: number, second: (index: number) => Second): Second[] =>
  Array.from({ length: count }, (_, index) => second(index));

const busyPool = {
  db_pool_waiting: 20,
  db_pool_total: 5,
  db_pool_idle: 0,
  db_pool_max: 5,
};

const throttled = (index: number): Record<string, number> => ({
  container_cpu_usage_seconds_total: index * 0.49,
  container_cpu_cfs_periods_total: index * 10,
  container_cpu_cfs_throttled_periods_total: index * 9,
  kube_pod_container_resource_limits: 0.5,
});

const timedOut: Second = { failed: { outcome: 'timeout', count: 20 }, latencyMs: 2000 };

describe('a cause explains the requests that were harmed', () => {
  it('names no busy resource for requests that their client got wrong, but remarks that it was busy', () => {
    const seconds = repeat(12, (index) => ({
      failed: { outcome: 'http_4xx' as const, count: 10 },
      metrics: { ...busyPool, ...throttled(index) },
    }));
    const { causes, remarks } = diagnose(recordingOf(seconds));
    expect(causes).toEqual(['client errors']);
    expect(remarks.map(({ cause }) => cause)).toEqual(['connection pool', 'cpu limit']);
  });

  it('names nothing that was busy at another time', () => {
    const seconds = repeat(40, (index) => ({
      ...(index < 15 ? { ok: 20 } : timedOut),
      metrics: { ...throttled(Math.min(index, 8)) },
    }));
    expect(diagnose(recordingOf(seconds)).causes).not.toContain('cpu limit');
  });

  it('names nothing that was busy for a moment only', () => {
    const seconds = repeat(40, (index) => ({
      ...timedOut,
      metrics: throttled(index < 20 ? 0 : Math.min(index - 20, 6)),
    }));
    expect(diagnose(recordingOf(seconds)).causes).not.toContain('cpu limit');
  });

  it('names nothing if nobody was harmed, however busy it was', () => {
    const { causes, remarks } = diagnose(
      recordingOf(repeat(12, (index) => ({ ok: 20, metrics: throttled(index) }))),
    );
    expect(causes).toEqual(['healthy']);
    expect(remarks.map(({ cause }) => cause)).toEqual(['cpu limit']);
  });

  it('finds the cause of each episode of a harm', () => {
    const isBad = (index: number): boolean => index < 12 || index >= 28;
    const seconds = repeat(40, (index) => ({
      ...(isBad(index) ? timedOut : { ok: 20 }),
      metrics: {
        ...throttled(Math.min(index, 12)),
        // Afterwards it is still running.
        container_cpu_usage_seconds_total: index < 12 ? index * 0.49 : 12 * 0.49 + (index - 12) * 0.05,
        ...(index >= 28 ? busyPool : { ...busyPool, db_pool_waiting: 0, db_pool_idle: 5 }),
      },
    }));
    const { harms } = diagnose(recordingOf(seconds));
    expect(harms.map(({ times, causes }) => [times, causes])).toEqual([
      [[{ from: 0, to: 15 }], ['cpu limit']],
      [[{ from: 25, to: 40 }], ['connection pool']],
    ]);
  });

  it('does not rule out what was there for a small part of the harm', () => {
    const seconds = repeat(60, (index) => ({ ...timedOut, metrics: throttled(Math.min(index, 11)) }));
    const { causes, ruledOut, unknown } = diagnose(recordingOf(seconds));
    expect(causes).not.toContain('cpu limit');
    expect(ruledOut.map(({ cause }) => cause)).not.toContain('cpu limit');
    expect(unknown.find(({ cause }) => cause === 'cpu limit')?.because).toMatch(/only for \d+ of 60 s/);
  });

  it('says of each harm what explains it', () => {
    const { harms } = diagnose(
      recordingOf(repeat(12, (index) => ({ ...timedOut, metrics: throttled(index) }))),
    );
    expect(harms).toEqual([
      expect.objectContaining({ route: '/api/fast', kind: 'timed out', causes: ['cpu limit'] }),
    ]);
  });
});

describe('what is close to its level is neither seen nor ruled out', () => {
  it('keeps a CPU limit possible at 80 % of its use', () => {
    const seconds = repeat(12, (index) => ({
      ...timedOut,
      metrics: { ...throttled(index), container_cpu_usage_seconds_total: index * 0.4 },
    }));
    const { causes, ruledOut, unknown } = diagnose(recordingOf(seconds));
    expect(causes).toEqual([]);
    expect(ruledOut.map(({ cause }) => cause)).not.toContain('cpu limit');
    expect(unknown.map(({ cause }) => cause)).toContain('cpu limit');
  });
});

describe('advice', () => {
  it('names a setting only if it acts on a harmed route', () => {
    const { tryNext } = diagnose(
      recordingOf(repeat(12, (index) => ({ ...timedOut, metrics: throttled(index) }))),
    );
    expect(tryNext.join('\n')).toMatch(/cpuLimitMillicores/);
    // /api/fast, which was harmed, has no admission limit.
    expect(tryNext.join('\n')).not.toMatch(/admissionLimit/);
  });
});
