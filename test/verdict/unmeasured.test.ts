import { Recording } from '../../lab/recording/recording';
import { diagnosisText } from '../../lab/report/text';
import { diagnose, validityOf } from '../../lab/verdict/diagnosis';
import { judge } from '../../lab/verdict/evaluate';
import { score } from '../../lab/verdict/score';
import { SIGNALS } from '../../lab/verdict/signals';
import { reach } from '../../lab/verdict/verdict';
import { RUN_EVENT } from '../support/run-event';
import { eventsOf, evidenceOf, recordingOf, type Second } from './synthetic';

const repeat = (count: number, second: (index: number) => Second): Second[] =>
  Array.from({ length: count }, (_, index) => second(index));

const BUSY = repeat(12, (index) => ({
  ok: 1,
  latencyMs: 2000,
  failed: { outcome: 'timeout', count: 19 },
  metrics: {
    container_cpu_usage_seconds_total: index * 0.49,
    container_cpu_cfs_periods_total: index * 10,
    container_cpu_cfs_throttled_periods_total: index * 9,
    kube_pod_container_resource_limits: 0.5,
    kube_pod_container_status_restarts_total: 0,
    container_oom_events_total: 0,
  },
}));

/** A recording that says that there was load, and nothing else. */
const NOTHING_MEASURED = Recording.of([
  RUN_EVENT,
  { type: 'phase', t: 1000, name: 'load' },
  { type: 'phase', t: 9000, name: 'cooldown' },
  { type: 'end', t: 9000, reason: 'completed' },
]);

describe('what was not measured', () => {
  it.each([...SIGNALS.values()])('has no value, not 0: $name', ({ valueIn }) => {
    for (const app of ['backend', 'postgres']) {
      expect(valueIn(NOTHING_MEASURED, { app }, 1000, 9000)).toBeUndefined();
    }
  });

  it('is the growth of a counter that was measured once', () => {
    const once = eventsOf(BUSY);
    const second = once.findIndex((event, index) => event.type === 'scrape' && event.t > 3000 && index > 0);
    const recording = Recording.of(once.filter(({ type }, index) => type !== 'scrape' || index < second));
    for (const name of ['cpu_usage', 'cpu_throttled_share', 'restarts', 'oom_counter']) {
      expect(SIGNALS.get(name)!.valueIn(recording, { app: 'backend' }, 2000, 14_000)).toBeUndefined();
      expect(SIGNALS.get(name)!.valueIn(recordingOf(BUSY), { app: 'backend' }, 2000, 14_000)).toBeDefined();
    }
  });

  it.each([
    ['one line', Recording.of([RUN_EVENT])],
    ['a load and nothing else', NOTHING_MEASURED],
  ])('rules no cause out, in a recording of %s', (_, recording) => {
    const diagnosis = diagnose(recording);
    expect(diagnosis).toMatchObject({ cause: 'cannot tell', ruledOut: [], suffered: [], unharmed: [] });
    const text = diagnosisText(diagnosis, validityOf(recording), 200);
    expect(text).toMatch(/Who suffered +not measured/);
    expect(text).toMatch(/Not ruled out +liveness probe: not measured: kills by the liveness probe/);
    expect(text).toContain('memory limit: not measured: OOM kills');
    expect(text).toContain('Some causes remain possible, because not everything was measured.');
    expect(text).not.toMatch(/nobody|no container|did not|Ruled out/);
  });

  it('does not keep a cause possible that another sign rules out', () => {
    const { ruledOut, unknown } = diagnose(recordingOf(repeat(12, () => ({ ok: 20 }))));
    expect(ruledOut.map(({ cause }) => cause)).toContain('cpu limit');
    expect(ruledOut.find(({ cause }) => cause === 'cpu limit')!.because).toBe(
      'requests neither failed nor took over a second',
    );
    expect(unknown.map(({ cause }) => cause)).not.toContain('cpu limit');
  });

  it('keeps a cause possible beside the one that was found', () => {
    const { cause, ruledOut, unknown } = diagnose(recordingOf(BUSY));
    expect(cause).toBe('cpu limit');
    expect(unknown).toContainEqual({
      cause: 'connection pool',
      because: 'not measured: queries waiting for a database connection',
    });
    expect(ruledOut.map((other) => other.cause)).toContain('load generator');
  });

  it('leaves a claim about an order undecided', () => {
    const claim = {
      ...{ id: 'x', says: 'x', because: 'x', byAtLeastSeconds: 1 },
      first: { signal: 'memory_limit_share', is: '>=', threshold: 0.8 } as const,
      then: { signal: 'error_share', is: '>=', threshold: 0.1 } as const,
    };
    expect(judge(claim, evidenceOf(BUSY))).toMatchObject({
      result: 'inconclusive',
      measured: 'peak memory use as a share of the limit: not enough data',
    });
  });

  it('is no missing pressure: the verdict is inconclusive, not "no impact"', () => {
    const pressure = { signal: 'memory_limit_share', is: '>=', threshold: 0.5 } as const;
    expect(reach(evidenceOf(BUSY, { pressure }))).toMatchObject({
      outcome: 'inconclusive',
      why: 'the pressure on the system is unknown: peak memory use as a share of the limit was not measured',
    });
  });

  it('casts doubt on what was not seen, if it is the machine', () => {
    const blind = Recording.of(eventsOf(BUSY).filter(({ type }) => type !== 'host'));
    const claim = {
      id: 'x',
      says: 'x',
      because: 'x',
      signal: 'error_share',
      is: '<',
      threshold: 0.1,
    } as const;
    const evidence = { ...evidenceOf(BUSY, { claims: [claim] }), arms: new Map([['default', blind]]) };
    expect(reach(evidence)).toMatchObject({
      outcome: 'inconclusive',
      why: 'whether the machine had CPU to spare was not measured (in the arm default)',
    });
  });

  it('leaves every part of a prediction open', () => {
    const evidence = { ...evidenceOf([]), arms: new Map([['default', NOTHING_MEASURED]]) };
    const prediction = { cause: 'healthy', first: 'nothing', at: 3, victim: 'nobody' };
    const { parts } = score(prediction, evidence, diagnose(NOTHING_MEASURED));
    expect(parts.map(({ mark }) => mark)).toEqual(['open', 'open', 'open', 'open']);
  });
});
