import fc from 'fast-check';
import { parseProps, type LabPropsInput } from '../../../constructs/props';
import { predict } from '../../../lab/verdict/sweep/predict';

const cpu = { of: 'cpu', perSecond: 50, complexity: 30 } as const;
const connections = { of: 'connections', queries: 30 } as const;
const cpuWith = (backend: LabPropsInput['backend'] = {}) => predict(cpu, parseProps({ backend }), 40, 1000);
const dbWith = (props: LabPropsInput) => predict(connections, parseProps(props), 32, 1000);

test('half a core serves 31 requests of 16 ms per second; of 50, almost none are answered in time', () => {
  const { goodput, enough, because } = cpuWith();
  expect(enough).toBe(false);
  expect(because).toContain('0.5 cores ÷ 16 ms = 31.3/s for 50/s offered');
  expect(goodput).toBeCloseTo((50 * (31.25 / 18.75)) / 40, 2);
});

test('a second pod, a whole core or cheaper code is enough', () => {
  for (const backend of [{ replicas: 2 }, { cpuLimitMillicores: 1000 }, { cpuMicrosPerComplexity: 250 }]) {
    expect(cpuWith(backend)).toMatchObject({ enough: true, goodput: 50 });
  }
});

test('an admission limit serves as many requests as fit', () => {
  expect(cpuWith({ defences: { admissionLimit: 20 } }).goodput).toBeCloseTo(31.25, 1);
});

test('more CPU never lowers the prediction, and never raises it above the offered load', () => {
  fc.assert(
    fc.property(fc.integer({ min: 250, max: 4000 }), fc.integer({ min: 0, max: 4000 }), (limit, more) => {
      const [less, most] = [limit, limit + more].map(
        (cpuLimitMillicores) => cpuWith({ cpuLimitMillicores }).goodput!,
      ) as [number, number];
      expect(most).toBeGreaterThanOrEqual(less);
      expect(most).toBeLessThanOrEqual(50);
    }),
  );
});

test('connections are enough exactly while pods times pool size stays within max_connections minus three', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 5, max: 200 }),
      (replicas, dbPoolSize, maxConnections) => {
        const { enough } = dbWith({ backend: { replicas, dbPoolSize }, postgres: { maxConnections } });
        expect(enough).toBe(replicas * dbPoolSize + 3 <= maxConnections);
      },
    ),
  );
  expect(dbWith({ backend: { replicas: 2 } }).because).toBe(
    '2 × 5 = 10 connections wanted, 10 − 3 = 7 allowed: the rest is refused; 7 ÷ 50 ms = 140 queries/s, 4.67 requests/s at most',
  );
});

test('the number of pods does not matter with a pooler', () => {
  const pooled = { backend: { replicas: 20 }, postgres: { pooler: { enabled: true } } };
  expect(dbWith(pooled)).toMatchObject({ enough: true });
});
