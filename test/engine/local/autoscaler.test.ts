import fc from 'fast-check';
import { desiredReplicas, ScalingDecision } from '../../../lab/engine/local/autoscaler';

const pod = (usedMillicores: number, settled = true) => ({ settled, usedMillicores, requestMillicores: 250 });
const pods = (count: number, percent: number) => Array.from({ length: count }, () => pod(percent * 2.5));

describe('the formula', () => {
  test.each([
    ['twice the target doubles the replicas', pods(1, 140), 1, 2],
    ['a deviation within 10 % changes nothing', pods(2, 76), 2, 2],
    ['a deviation just beyond 10 % adds one pod', pods(2, 78), 2, 3],
    ['use below the target removes pods', pods(4, 30), 4, 2],
    ['the result is rounded up', pods(3, 100), 3, 5],
    ['a pod that starts counts as idle when the others ask for more', [pod(500), pod(0, false)], 2, 3],
    ['a pod that starts can make scaling up unnecessary', [pod(350), pod(0, false)], 2, 2],
    ['a pod that starts is left out when the others ask for less', [pod(50), pod(50), pod(0, false)], 3, 1],
    ['without a settled pod nothing changes', [pod(500, false)], 1, 1],
  ])('%s', (_, given, current, expected) => expect(desiredReplicas(given, current, 70)).toBe(expected));

  test('the direction of scaling always follows the use', () => {
    const use = fc.array(fc.record({ used: fc.integer({ min: 0, max: 1000 }), settled: fc.boolean() }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(use, fc.integer({ min: 1, max: 100 }), (given, target) => {
        const all = given.map(({ used, settled }) => pod(used, settled));
        const settled = all.filter((one) => one.settled);
        const percent = settled.reduce((sum, one) => sum + one.usedMillicores / 2.5, 0) / settled.length;
        const desired = desiredReplicas(all, all.length, target);
        if (settled.length > 0 && percent > target) expect(desired).toBeGreaterThanOrEqual(all.length);
        if (settled.length > 0 && percent < target) expect(desired).toBeLessThanOrEqual(all.length);
      }),
    );
  });
});

describe('decisions', () => {
  const SYNC_MS = 15_000;
  /** Feeds recommendations at the pace of the control loop. */
  function decide(
    spec: ConstructorParameters<typeof ScalingDecision>[0],
    recommended: number[],
    start = 1,
  ): number[] {
    const decision = new ScalingDecision(spec);
    let current = start;
    return recommended.map(
      (replicas, index) => (current = decision.decide(index * SYNC_MS, current, replicas)),
    );
  }
  const bounds = { minReplicas: 1, maxReplicas: 100 };

  test('scaling up adds at most 4 pods or 100 % in 15 s, whichever is more', () => {
    expect(decide(bounds, [50, 50, 50, 50])).toEqual([5, 10, 20, 40]);
  });

  test('scaling down waits until no higher recommendation lies within the last 5 min', () => {
    const hours = [5, ...Array<number>(25).fill(1)];
    const decided = decide(bounds, hours, 5);
    expect(decided.indexOf(1)).toBe(300_000 / SYNC_MS);
    expect(new Set(decided)).toEqual(new Set([5, 1]));
  });

  test('a new autoscaler keeps the replicas that it finds for the length of the window', () => {
    const decided = decide(bounds, Array<number>(25).fill(1), 5);
    expect(decided.indexOf(1)).toBe(300_000 / SYNC_MS);
  });

  test('one high recommendation within the window holds the replicas', () => {
    const decided = decide(bounds, [5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4, ...Array<number>(12).fill(1)], 5);
    expect(decided.at(-1)).toBe(4);
  });

  test('minReplicas and maxReplicas bound every decision', () => {
    expect(decide({ minReplicas: 2, maxReplicas: 3 }, [1, 9, 9])).toEqual([2, 3, 3]);
  });

  test('spec.behavior replaces the windows and the rates', () => {
    const behavior = {
      scaleUp: { policies: [{ type: 'Pods' as const, value: 1, periodSeconds: 30 }] },
      scaleDown: { stabilizationWindowSeconds: 0, selectPolicy: 'Disabled' as const },
    };
    expect(decide({ ...bounds, behavior }, [9, 9, 9, 1, 1])).toEqual([2, 2, 3, 3, 3]);
  });
});
