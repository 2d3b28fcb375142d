import { main, metricCount, run } from './virtual';

const CONSTANT = { executor: 'constant-arrival-rate', rate: 10, duration: '1s' };

describe('constant-arrival-rate', () => {
  it('starts exactly the scheduled iterations at the scheduled times', async () => {
    const outcome = await run({ options: main({ ...CONSTANT, preAllocatedVUs: 5 }), iteration: 50 });
    expect(outcome.iterations.map((i) => i.startedAt)).toEqual([
      0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000,
    ]);
    expect(outcome.counters.main).toMatchObject({ scheduled: 11, started: 11, completed: 11, dropped: 0 });
  });

  it('drops an iteration if no VU is free, and never queues it', async () => {
    const outcome = await run({ options: main({ ...CONSTANT, preAllocatedVUs: 1 }), iteration: 250 });
    expect(outcome.iterations.map((i) => i.startedAt)).toEqual([0, 300, 600, 900]);
    expect(outcome.counters.main).toMatchObject({ scheduled: 11, started: 4, dropped: 7 });
    expect(metricCount(outcome, 'dropped_iterations')).toBe(7);
    expect(metricCount(outcome, 'iterations')).toBe(4);
  });

  it('creates VUs up to maxVUs, one for each dropped iteration', async () => {
    const options = main({ ...CONSTANT, preAllocatedVUs: 1, maxVUs: 3 });
    const outcome = await run({ options, iteration: 5000 });
    expect(outcome.counters.main).toMatchObject({ started: 3, dropped: 8 });
    expect(outcome.iterations.map((i) => i.startedAt)).toEqual([0, 200, 400]);
    expect(outcome.pool.size).toBe(3);
  });

  it('uses all its VUs in turn', async () => {
    const outcome = await run({ options: main({ ...CONSTANT, preAllocatedVUs: 3 }), iteration: 10 });
    expect(outcome.iterations.slice(0, 6).map((i) => i.vu)).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it('lets iterations finish within gracefulStop, then interrupts them', async () => {
    const options = main({ ...CONSTANT, rate: 1, duration: '1s', preAllocatedVUs: 2, gracefulStop: '2s' });
    const outcome = await run({ options, iteration: 2500 });
    expect(outcome.iterations.map((i) => [i.startedAt, i.endedAt, i.interrupted])).toEqual([
      [0, 2500, false],
      [1000, 3000, true],
    ]);
    expect(outcome.counters.main).toMatchObject({ completed: 1, interrupted: 1, active: 0 });
    expect(outcome.registry.series('iteration_duration', 'iteration_duration')!.sink.count).toBe(1);
    expect(outcome.endedAt).toBe(3000);
  });

  it('passes each iteration its start delay', async () => {
    const outcome = await run({ options: main({ ...CONSTANT, preAllocatedVUs: 1 }), iteration: 10 });
    expect(outcome.iterations.map((i) => i.context.startDelayMs)).toEqual(Array(11).fill(0));
  });
});

describe('ramping-arrival-rate', () => {
  it('starts iterations by the area under the rate, and ends after the last one', async () => {
    const stages = [
      { target: 1, duration: '5s' },
      { target: 1, duration: '1s' },
      { target: 0, duration: '5s' },
    ];
    const options = main({ executor: 'ramping-arrival-rate', startRate: 0, stages, preAllocatedVUs: 3 });
    const outcome = await run({ options, iteration: 100 });
    const expected = [3162.28, 4472.14, 5500, 6527.86, 7837.72, 11_000];
    outcome.iterations.forEach((i, n) => expect(i.startedAt).toBeCloseTo(expected[n]!, 1));
    expect(outcome.iterations).toHaveLength(6);
    expect(outcome.endedAt).toBe(11_100);
  });
});

describe('any scenario', () => {
  it('begins at its startTime, and shares its VUs with scenarios that do not overlap', async () => {
    const scenario = { ...CONSTANT, preAllocatedVUs: 2, gracefulStop: '1s' };
    const options = { scenarios: { first: scenario, second: { ...scenario, startTime: '5s' } } };
    const outcome = await run({ options, iteration: 50 });
    expect(outcome.iterations.find((i) => i.scenario === 'second')!.startedAt).toBe(5000);
    expect(outcome.pool.size).toBe(2);
    const last = outcome.iterations.at(-1)!;
    expect(last.context).toMatchObject({ iterationInTest: 10, scenario: 'second' });
    expect(outcome.iterations.filter((i) => i.vu === last.vu).at(-1)!.context.iterationInVU).toBeGreaterThan(
      5,
    );
  });

  it('ends at once when the test is aborted, and counts running iterations as interrupted', async () => {
    const scenario = { ...CONSTANT, duration: '1m', preAllocatedVUs: 20 };
    const options = { scenarios: { now: scenario, later: { ...scenario, startTime: '10s' } } };
    const outcome = await run({ options, iteration: 1000, abortAt: 450 });
    expect(outcome.endedAt).toBe(450);
    expect(outcome.counters.now).toMatchObject({ started: 5, completed: 0, interrupted: 5, dropped: 0 });
    expect(outcome.counters.later).toMatchObject({ scheduled: 0, started: 0 });
  });
});
