import fc from 'fast-check';
import { IterationInterrupted, ScriptException } from '../../../lab/load/embedded/vu';
import { LabError } from '../../../lab/model/errors';
import { main, metricCount, run, runningAt } from './virtual';

describe('constant-vus', () => {
  it('keeps every VU iterating for the duration', async () => {
    const outcome = await run({ options: { vus: 3, duration: '1s' }, iteration: 300 });
    expect(outcome.counters.default).toMatchObject({ started: 12, completed: 12, scheduled: 12 });
    expect(outcome.endedAt).toBe(1200);
  });

  it('counts an iteration that throws as complete, and logs where it threw', async () => {
    const thrown = new ScriptException(
      'Error: boom',
      'load.js:3:5',
      'Error: boom\n\tat default (load.js:3:5)',
    );
    const outcome = await run({
      options: { vus: 1, iterations: 2 },
      iteration: (n) => (n === 0 ? thrown : 10),
    });
    expect(outcome.counters.default).toMatchObject({ completed: 2, interrupted: 0 });
    expect(outcome.logs).toEqual(['Error: boom\n\tat default (load.js:3:5)']);
  });

  it('ends the test when an iteration shows that the script cannot run', async () => {
    const refusal = new LabError('not supported', 'usage');
    const outcome = await run({
      options: { vus: 2, duration: '1m' },
      iteration: (n) => (n === 5 ? refusal : 10),
    });
    expect(outcome.failure).toBe(refusal);
    expect(outcome.iterations.length).toBeLessThan(8);
  });

  it('counts an iteration that interrupts itself as interrupted', async () => {
    const outcome = await run({
      options: { vus: 1, duration: '1s' },
      iteration: (n) => (n === 1 ? new IterationInterrupted() : 100),
    });
    expect(outcome.counters.default).toMatchObject({ completed: 1, interrupted: 1 });
  });

  it('waits for minIterationDuration, and iteration_duration excludes that wait', async () => {
    const options = { vus: 1, duration: '1s', minIterationDuration: '400ms' };
    const outcome = await run({ options, iteration: 100 });
    expect(outcome.iterations.map((i) => i.startedAt)).toEqual([0, 400, 800]);
    const durations = outcome.registry.series('iteration_duration', 'iteration_duration')!.sink;
    expect(durations.values(0, ['max'])).toEqual({ max: 100 });
  });
});

describe('iterations', () => {
  it('come from a common pool in shared-iterations', async () => {
    const outcome = await run({
      options: { vus: 2, iterations: 10 },
      iteration: (_, { iterationInTest }) => (iterationInTest === 0 ? 900 : 100),
    });
    expect(outcome.counters.default!.completed).toBe(10);
    expect(outcome.iterations.filter((i) => i.vu === 1)).toHaveLength(1);
  });

  it('run in every VU in per-vu-iterations', async () => {
    const options = main({ executor: 'per-vu-iterations', vus: 3, iterations: 4 });
    const outcome = await run({ options, iteration: 100 });
    for (const vu of [1, 2, 3]) {
      const own = outcome.iterations.filter((i) => i.vu === vu);
      expect(own.map((i) => i.context.iterationInScenario)).toEqual([0, 1, 2, 3]);
    }
  });

  it.each([
    ['shared-iterations', 13, 7],
    ['per-vu-iterations', 5, 4],
  ])('cut off by maxDuration are dropped by %s', async (executor, iterations, dropped) => {
    const options = main({ executor, vus: 2, iterations, maxDuration: '1s' });
    const outcome = await run({ options, iteration: 400 });
    expect(outcome.counters.main!.completed).toBe(6);
    expect(metricCount(outcome, 'dropped_iterations')).toBe(dropped);
  });
});

describe('ramping-vus', () => {
  it('follows the ramp, one VU at a time', async () => {
    const stages = [
      { target: 4, duration: '4s' },
      { target: 0, duration: '4s' },
    ];
    const options = main({ executor: 'ramping-vus', startVUs: 0, stages });
    const outcome = await run({ options, iteration: 10 });
    const vus = [500, 1500, 2500, 3500, 4500, 5500, 6500, 7500].map((ms) => runningAt(outcome, ms));
    expect(vus).toEqual([0, 1, 2, 3, 4, 3, 2, 1]);
    expect(outcome.pool.size).toBe(4);
  });

  it('lets a ramped-down VU finish within gracefulRampDown, then interrupts it', async () => {
    const stages = [
      { target: 2, duration: '1s' },
      { target: 0, duration: 0 },
      { target: 0, duration: '5s' },
    ];
    const scenario = { executor: 'ramping-vus', startVUs: 2, stages, gracefulRampDown: '500ms' };
    const outcome = await run({ options: main(scenario), iteration: (n) => (n === 0 ? 1200 : 9000) });
    expect(outcome.iterations.map((i) => [i.endedAt, i.interrupted])).toEqual([
      [1200, false],
      [1500, true],
    ]);
  });

  it('reuses a VU that is still finishing instead of a new one', async () => {
    const stages = [
      { target: 1, duration: '1s' },
      { target: 0, duration: 0 },
      { target: 0, duration: '1s' },
      { target: 1, duration: 0 },
      { target: 1, duration: '1s' },
    ];
    const outcome = await run({ options: main({ executor: 'ramping-vus', stages }), iteration: 2500 });
    expect(outcome.pool.size).toBe(1);
    expect(outcome.iterations.map((i) => [i.vu, i.startedAt])).toEqual([
      [1, 0],
      [1, 2500],
    ]);
  });

  it('uses a fresh VU after an interruption', async () => {
    const stages = [
      { target: 1, duration: '1s' },
      { target: 0, duration: 0 },
      { target: 0, duration: '1s' },
      { target: 1, duration: 0 },
      { target: 1, duration: '1s' },
    ];
    const scenario = { executor: 'ramping-vus', stages, gracefulRampDown: 0, gracefulStop: 0 };
    const outcome = await run({ options: main(scenario), iteration: 10_000 });
    expect(outcome.iterations.map((i) => [i.startedAt, i.endedAt])).toEqual([
      [0, 1000],
      [2000, 3000],
    ]);
    expect(outcome.counters.main).toMatchObject({ interrupted: 2, completed: 0, active: 0 });
  });
});

describe('every executor', () => {
  it('accounts for each iteration, returns all VUs and ends in time', async () => {
    const common = { gracefulStop: '500ms' };
    const seconds = fc.integer({ min: 1, max: 3 }).map((s) => `${s}s`);
    const vus = fc.integer({ min: 1, max: 4 });
    const stages = fc.array(fc.record({ duration: seconds, target: fc.integer({ min: 0, max: 5 }) }), {
      minLength: 1,
      maxLength: 3,
    });
    const scenario = fc.oneof(
      fc.record({ executor: fc.constant('constant-vus'), vus, duration: seconds }),
      fc.record({ executor: fc.constant('per-vu-iterations'), vus, iterations: vus, maxDuration: seconds }),
      fc.record({ executor: fc.constant('ramping-vus'), startVUs: vus, stages, gracefulRampDown: seconds }),
      fc.record({
        executor: fc.constant('constant-arrival-rate'),
        rate: vus,
        duration: seconds,
        preAllocatedVUs: vus,
      }),
      fc.record({
        executor: fc.constant('ramping-arrival-rate'),
        startRate: vus,
        stages,
        preAllocatedVUs: vus,
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        scenario,
        fc.array(fc.integer({ min: 20, max: 3000 }), { minLength: 1 }),
        async (one, times) => {
          const outcome = await run({
            options: main({ ...common, ...one }),
            iteration: (n) => times[n % times.length]!,
          });
          const { scheduled, started, completed, interrupted, dropped, active } = outcome.counters.main!;
          expect(started).toBe(completed + interrupted);
          if (one.executor.endsWith('rate')) expect(scheduled).toBe(started + dropped);
          expect(active).toBe(0);
          expect(outcome.endedAt).toBeLessThanOrEqual(9500);
          expect(metricCount(outcome, 'iterations')).toBe(completed);
        },
      ),
      { numRuns: 40 },
    );
  });
});
