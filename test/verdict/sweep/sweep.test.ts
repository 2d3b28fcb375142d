import type { Experiment } from '../../../lab/model/experiment';
import { SWEEP_FORMATS, renderSweep } from '../../../lab/report/formats';
import { sweepOf, type SweepTrial } from '../../../lab/verdict/sweep/sweep';
import { recordingOf, type Second } from '../synthetic';

const experiment: Experiment = {
  title: 'synthetic',
  seconds: { full: 10, compressed: 10 },
  roles: { aggressor: { scenario: 'load', label: 'the load' } },
  pressure: { signal: 'request_rate', is: '>', threshold: 0 },
  claims: [],
};

const trial = (replicas: number, second: Second, repeat = 1): SweepTrial => ({
  point: { 'backend.replicas': replicas },
  repeat,
  recording: recordingOf(Array.from({ length: 10 }, () => second)),
});

test('points are sorted by value, whatever the order of the runs', () => {
  const { points, over } = sweepOf(experiment, [
    trial(10, { ok: 5 }),
    trial(2, { ok: 4 }),
    trial(1, { ok: 3 }),
  ]);
  expect(over).toEqual(['backend.replicas']);
  expect(points.map(({ point }) => point['backend.replicas'])).toEqual([1, 2, 10]);
});

test('knee and cliff use conclusive points only; a point limited by the machine is only shown', () => {
  const trials = [
    trial(1, { ok: 10 }),
    trial(2, { ok: 20 }),
    trial(3, { ok: 21 }),
    trial(4, { ok: 1, busy: 1 }),
  ];
  const { points, curves } = sweepOf(experiment, trials);
  expect(curves).toMatchObject([{ knee: { x: 2, y: 20 } }]);
  expect(curves[0]).not.toHaveProperty('cliff');
  expect(points[3]!.troubles).toEqual([expect.stringContaining('the machine had no CPU left')]);
});

test('scaling that backfires is a cliff', () => {
  const { curves } = sweepOf(experiment, [trial(1, { ok: 10 }), trial(2, { ok: 4 }), trial(3, { ok: 3 })]);
  expect(curves).toMatchObject([{ cliff: { from: { x: 1 }, to: { x: 2 } } }]);
});

test('repeats of a point form one point', () => {
  const { points } = sweepOf(experiment, [trial(1, { ok: 10 }), trial(1, { ok: 20 }, 2)]);
  expect(points).toMatchObject([{ repeats: 2, served: [{ goodput: { value: 15 } }] }]);
});

test.each(SWEEP_FORMATS)('a sweep is written as %s without undefined values', (format) => {
  const trials = [trial(1, { ok: 10 }), trial(2, { ok: 20 }), trial(3, { ok: 28 })];
  const sweep = sweepOf(experiment, trials);
  const { run } = trials[0]!.recording;
  const { title, roles } = experiment;
  const text = renderSweep(format, { name: 'synthetic', title, roles, run, sweep, folder: 'runs/x' });
  expect(text).toContain('28');
  expect(text).not.toMatch(/undefined|NaN|\[object/);
});

test('a law that misses a point by more than a quarter of the best goodput is not drawn, and the text says so', () => {
  const trials = [trial(1, { ok: 3 }), trial(2, { ok: 50 }), trial(3, { ok: 50 }), trial(4, { ok: 50 })];
  const sweep = sweepOf(experiment, trials);
  expect(sweep.curves[0]).not.toHaveProperty('usl');
  expect(sweep.curves[0]!.uslMiss!.share).toBeGreaterThan(0.25);
  const { run } = trials[0]!.recording;
  const { title, roles } = experiment;
  const text = renderSweep('text', { name: 'synthetic', title, roles, run, sweep, folder: 'runs/x' }, 200);
  expect(text).toMatch(
    /The Universal Scalability Law does not describe the load here: .* so it is not drawn/,
  );
  expect(text).not.toContain('U fitted law');
});

test('a law that fits is drawn', () => {
  const trials = [trial(1, { ok: 10 }), trial(2, { ok: 19 }), trial(3, { ok: 27 })];
  const { curves } = sweepOf(experiment, trials);
  expect(curves[0]!.usl!.fitted).toHaveLength(3);
  expect(curves[0]).not.toHaveProperty('uslMiss');
});
