import type { HostEvent } from '../../lab/model/events';
import type { LevelClaim } from '../../lab/model/experiment';
import { Recording } from '../../lab/recording/recording';
import { reach } from '../../lab/verdict/verdict';
import { eventsOf, evidenceOf, type Second } from './synthetic';

/** The claim of cpu-stress that failed on a machine that others used. */
const QUICK_AT_FIRST: LevelClaim = {
  ...{ id: 'quick-at-first', says: 'the first requests are quick', because: 'x' },
  ...{ signal: 'latency_p10', role: 'aggressor', take: 'min', during: [0, 0.25], is: '<', threshold: 200 },
};

/** Twelve seconds with slow answers, in which the containers use a quarter of a core. */
function run(second: (index: number) => Second, claims = [QUICK_AT_FIRST], host: Partial<HostEvent> = {}) {
  const seconds = Array.from({ length: 12 }, (_, index): Second => ({
    ok: 10,
    latencyMs: 300,
    metrics: { container_cpu_usage_seconds_total: index * 0.25 },
    ...second(index),
  }));
  const events = eventsOf(seconds).map((event) => (event.type === 'host' ? { ...event, ...host } : event));
  const evidence = evidenceOf(seconds, { claims });
  return reach({ ...evidence, arms: new Map([['default', Recording.of(events)]]) });
}

describe('a claim that did not hold', () => {
  it('is refuted on a machine that others use little', () => {
    expect(run(() => ({ busy: 0.4 }))).toMatchObject({
      outcome: 'refuted',
      why: 'did not hold: quick-at-first',
    });
  });

  it('is inconclusive if others used the machine, though some CPU was left', () => {
    expect(run(() => ({ busy: 0.9 }))).toMatchObject({
      outcome: 'inconclusive',
      why: expect.stringMatching(
        /^other programs used the machine \(cores of the machine that other programs leave 0\.\d+ cores in the arm default\); did not hold: quick-at-first$/,
      ) as string,
    });
  });

  it('is refuted if it was the system itself that used the machine', () => {
    const own = (index: number) => ({
      busy: 0.9,
      metrics: { container_cpu_usage_seconds_total: index * 1.5 },
    });
    expect(run(own).outcome).toBe('refuted');
    expect(run(() => ({ busy: 0.9 }), [QUICK_AT_FIRST], { labCpu: 1.2 }).outcome).toBe('refuted');
  });

  it('is refuted if others used most of a machine that is large enough for both', () => {
    expect(run(() => ({ busy: 0.9 }), [QUICK_AT_FIRST], { cores: 32 }).outcome).toBe('refuted');
  });

  it('is inconclusive if the hypervisor took the CPU, or programs waited for a core, while it was measured', () => {
    expect(run(() => ({ busy: 0.2 }), [QUICK_AT_FIRST], { steal: 0.2 }).outcome).toBe('inconclusive');
    const late = run((index) => ({ busy: 0.4, labDelayMs: index < 4 ? 150 : 1 }));
    expect(late).toMatchObject({
      outcome: 'inconclusive',
      why: expect.stringContaining('programs waited for a core') as string,
    });
  });

  it('is refuted if the machine was disturbed only at another time', () => {
    expect(run((index) => ({ busy: index < 6 ? 0.4 : 0.9, labDelayMs: index < 6 ? 1 : 150 })).outcome).toBe(
      'refuted',
    );
  });

  it('is refuted on a busy machine if it says that answers become slow, which no neighbour prevents', () => {
    const slow: LevelClaim = { ...QUICK_AT_FIRST, id: 'slow', is: '>=', threshold: 1000 };
    expect(run(() => ({ busy: 0.9 }), [slow])).toMatchObject({
      outcome: 'refuted',
      why: 'did not hold: slow',
    });
  });

  it('makes the verdict refuted beside another that was disturbed', () => {
    const later: LevelClaim = { ...QUICK_AT_FIRST, id: 'quick-later', during: [0.5, 1] };
    const verdict = run((index) => ({ busy: index < 4 ? 0.9 : 0.4 }), [QUICK_AT_FIRST, later]);
    expect(verdict).toMatchObject({ outcome: 'refuted', why: 'did not hold: quick-at-first, quick-later' });
  });
});

it('a claim that held counts, however the machine was used', () => {
  expect(run(() => ({ busy: 0.9, latencyMs: 50 })).outcome).toBe('held');
});
