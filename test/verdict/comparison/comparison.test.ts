import type { Arm, Experiment } from '../../../lab/model/experiment';
import { comparisonMarkdown } from '../../../lab/report/comparison-markdown';
import { comparisonText } from '../../../lab/report/comparison-text';
import { compareArms, type Trial } from '../../../lab/verdict/comparison/comparison';
import { goodPerSecond } from '../../../lab/verdict/comparison/goodput';
import { recordingOf, type Second } from '../synthetic';

const load = { scenario: 'load', label: 'the load' };
const seconds = (count: number, second: Second): Second[] => Array.from({ length: count }, () => second);

function experimentWith(arms: Record<string, Arm>, changes: Partial<Experiment> = {}): Experiment {
  return {
    title: 'synthetic',
    seconds: { full: 20, compressed: 20 },
    roles: { aggressor: load },
    pressure: { signal: 'request_rate', is: '>', threshold: 0 },
    claims: [],
    arms,
    ...changes,
  };
}

const trial = (arm: string, second: Second, repeat = 1): Trial => ({
  arm,
  repeat,
  recording: recordingOf(seconds(20, second)),
});

const helps = (title: string, more: Partial<Arm> = {}): Arm => ({
  title,
  props: { backend: { replicas: 2 } },
  expects: [{ role: 'aggressor', goodput: 'helps', because: 'there is more of it' }],
  ...more,
});

describe('good answers', () => {
  test('are successful and in time', () => {
    const recording = recordingOf([
      { ok: 5, latencyMs: 900 },
      { ok: 7, latencyMs: 1200 },
      { ok: 2, failed: { outcome: 'timeout', count: 4 } },
    ]);
    expect(goodPerSecond(recording, load)).toEqual([5, 0, 2]);
    expect(goodPerSecond(recording, { ...load, goodWithinMs: 2000 })).toEqual([5, 7, 2]);
    expect(goodPerSecond(recording, { ...load, name: '/another' })).toEqual([0, 0, 0]);
  });
});

describe('a comparison', () => {
  const slow: Second = { ok: 10, latencyMs: 3000 };
  const quick: Second = { ok: 10, latencyMs: 20 };

  test('judges each arm by its own expectations', () => {
    const experiment = experimentWith({ better: helps('better'), useless: helps('useless') });
    const { rows } = compareArms(experiment, [
      trial('default', slow),
      trial('better', quick),
      trial('useless', slow),
    ]);
    expect(rows.map(({ arm }) => arm)).toEqual(['default', 'better', 'useless']);
    expect(rows[1]!.changes).toMatchObject([
      { before: 0, after: 10, effect: 'helps', result: 'as expected' },
    ]);
    expect(rows[2]!.changes).toMatchObject([{ effect: 'no change', result: 'not as expected' }]);
  });

  test('does not count a late answer as goodput, whatever its status', () => {
    const { rows } = compareArms(experimentWith({}), [trial('default', slow)]);
    expect(rows[0]!.served[0]).toMatchObject({ goodput: { value: 0 }, errors: 0, offered: 10 });
  });

  test('judges what an arm claims on its first repeat that is there, and names repeats as they were run', () => {
    const claim = {
      ...{ id: 'quick', says: 'it is quicker', because: 'x' },
      ...({ signal: 'latency_p95', is: '<', threshold: 0.5 } as const),
      ...{ arm: 'better', relativeTo: { signal: 'latency_p95', arm: 'default' } },
    };
    const experiment = experimentWith({ better: helps('better', { claims: [claim] }) });
    const disturbed: Second = { ...quick, busy: 1 };
    // The first repeat of this arm broke off, so it is not among the trials.
    const { rows } = compareArms(experiment, [
      trial('default', slow),
      trial('default', slow, 2),
      trial('better', disturbed, 3),
      trial('better', quick, 2),
    ]);
    expect(rows[1]!.findings).toMatchObject([{ id: 'quick', result: 'held' }]);
    expect(rows[1]!.troubles).toEqual([expect.stringMatching(/^repeat 3: /)]);
  });

  test('compares an arm with another one than the default on request', () => {
    const experiment = experimentWith({
      timeout: helps('timeout'),
      retries: helps('retries', {
        against: 'timeout',
        expects: [{ role: 'aggressor', goodput: 'harms', because: 'x' }],
      }),
    });
    const { rows } = compareArms(experiment, [
      trial('default', slow),
      trial('timeout', quick),
      trial('retries', slow),
    ]);
    expect(rows[2]).toMatchObject({
      against: 'timeout',
      changes: [{ effect: 'harms', result: 'as expected' }],
    });
  });

  test('lists the changed signals, the largest change first', () => {
    const experiment = experimentWith({ shed: helps('shed') });
    const metrics = (shed: number, waiting: number) => ({
      requests_shed_total: shed,
      pool: 0,
      db_pool_waiting: waiting,
    });
    const { rows } = compareArms(experiment, [
      trial('default', { ...slow, metrics: metrics(0, 900) }),
      trial('shed', { ...quick, metrics: metrics(0, 4) }),
    ]);
    expect(rows[1]!.shifts).toMatchObject([{ signal: 'pool_waiting', before: '900', after: '4' }]);
  });

  test('marks a run in which the machine was the bottleneck', () => {
    const { rows } = compareArms(experimentWith({}), [trial('default', { ...slow, busy: 1 })]);
    expect(rows[0]!.troubles).toEqual([expect.stringContaining('the machine had no CPU left')]);
  });

  test('finds agreement between repeats unless two arms change places by 10 % or more', () => {
    const experiment = experimentWith({ a: helps('a'), b: helps('b') });
    const trials = (a: number[], b: number[]) => [
      ...a.map((ok, index) => trial('a', { ok }, index + 1)),
      ...b.map((ok, index) => trial('b', { ok }, index + 1)),
      ...a.map((_, index) => trial('default', { ok: 1 }, index + 1)),
    ];
    expect(compareArms(experiment, trials([20, 20], [20, 21])).ordering.contradictions).toEqual([]);
    expect(compareArms(experiment, trials([20, 20], [30, 10])).ordering).toMatchObject({
      contradictions: [['a', 'b']],
      byRepeat: [
        ['b', 'a', 'default'],
        ['a', 'b', 'default'],
      ],
    });
  });

  test('is written for a terminal and as Markdown without undefined values', () => {
    const experiment = experimentWith({ better: helps('better') });
    const trials = [trial('default', slow), trial('better', quick)];
    const report = {
      name: 'synthetic',
      title: 'synthetic',
      roles: experiment.roles,
      run: trials[0]!.recording.run,
      comparison: compareArms(experiment, trials),
      unmeasured: ['worse'],
      folder: 'runs/x',
    };
    for (const text of [comparisonText(report), comparisonMarkdown(report)]) {
      expect(text).toContain('helps the load: 0/s → 10/s');
      expect(text).toContain('as expected');
      expect(text).not.toMatch(/undefined|NaN|\[object/);
    }
    expect(comparisonMarkdown(report)).toContain('`backend.replicas=2`');
    expect(comparisonMarkdown(report)).toContain('Not measured here: `worse`.');
  });
});
