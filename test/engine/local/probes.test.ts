import type { Probe } from '../../../lab/engine/local/manifests/schema';
import {
  probeContainer,
  ProbeVerdict,
  type ProbeListener,
  type ProbeResult,
} from '../../../lab/engine/local/probes';

function probe(timing: Partial<Probe> = {}): Probe {
  return {
    tcpSocket: { port: 1 },
    initialDelaySeconds: 0,
    periodSeconds: 10,
    timeoutSeconds: 1,
    successThreshold: 1,
    failureThreshold: 3,
    ...timing,
  };
}

test('a verdict changes after as many consecutive results as its threshold', () => {
  const verdict = new ProbeVerdict(probe({ successThreshold: 2, failureThreshold: 3 }));
  const results = [false, false, true, false, false, false, true, true];
  expect(results.map((ok) => verdict.record(ok))).toEqual([
    false,
    false,
    false,
    false,
    false,
    true,
    false,
    true,
  ]);
});

describe('in virtual time', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** Runs probes against simulated answers. Records each attempt and each result as "seconds type". */
  function run(
    probes: Parameters<typeof probeContainer>[0],
    healthy: (type: string, second: number) => boolean,
  ) {
    const start = performance.now();
    const second = () => Math.round((performance.now() - start) / 1000);
    const log: string[] = [];
    const over = new AbortController();
    const types = new Map(
      Object.entries(probes).map(([key, value]) => [value as Probe, key.replace('Probe', '')]),
    );
    const attempt = async (given: Probe): Promise<ProbeResult> => {
      const type = types.get(given)!;
      log.push(`${second()} ${type}`);
      return healthy(type, second()) ? { ok: true } : { ok: false, reason: 'down' };
    };
    const listener: ProbeListener = {
      onResult: () => undefined,
      onReady: (ready) => log.push(`${second()} ${ready ? 'READY' : 'UNREADY'}`),
      onFailure: (type) => log.push(`${second()} FAILED ${type}`),
    };
    probeContainer(probes, attempt, listener, over.signal);
    return { log, over };
  }

  test('readiness and liveness wait for the startup probe', async () => {
    const { log, over } = run(
      {
        startupProbe: probe({ periodSeconds: 1 }),
        readinessProbe: probe({ periodSeconds: 2 }),
        livenessProbe: probe({ periodSeconds: 5, initialDelaySeconds: 4 }),
      },
      (_, second) => second >= 2,
    );
    await jest.advanceTimersByTimeAsync(6500);
    over.abort();
    expect(log).toEqual([
      '0 startup',
      '1 startup',
      '2 startup',
      '2 readiness',
      '2 READY',
      '4 liveness',
      '4 readiness',
      '4 READY',
      '6 readiness',
      '6 READY',
    ]);
  });

  test('a startup probe that keeps failing ends the container once, at its threshold', async () => {
    const { log } = run(
      { startupProbe: probe({ periodSeconds: 1, failureThreshold: 3 }), readinessProbe: probe() },
      () => false,
    );
    await jest.advanceTimersByTimeAsync(10_000);
    expect(log).toEqual(['0 startup', '1 startup', '2 startup', '2 FAILED Startup']);
  });

  test('a liveness probe ends the container after failureThreshold consecutive failures', async () => {
    const { log } = run({ livenessProbe: probe({ periodSeconds: 5, failureThreshold: 2 }) }, (_, second) =>
      [0, 10].includes(second),
    );
    await jest.advanceTimersByTimeAsync(60_000);
    expect(log.filter((line) => !line.endsWith(' liveness'))).toEqual(['0 READY', '20 FAILED Liveness']);
  });

  test('readiness changes without ending the container', async () => {
    const { log, over } = run(
      { readinessProbe: probe({ periodSeconds: 2, failureThreshold: 2 }) },
      (_, second) => second < 4 || second >= 10,
    );
    await jest.advanceTimersByTimeAsync(11_000);
    over.abort();
    expect(log.filter((line) => /READY/.test(line))).toEqual([
      '0 READY',
      '2 READY',
      '6 UNREADY',
      '8 UNREADY',
      '10 READY',
    ]);
  });

  test('probing stops when the container ends', async () => {
    const { log, over } = run({ readinessProbe: probe({ periodSeconds: 1 }) }, () => true);
    await jest.advanceTimersByTimeAsync(1500);
    over.abort();
    const before = log.length;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(log).toHaveLength(before);
    expect(jest.getTimerCount()).toBe(0);
  });
});
