import fc from 'fast-check';
import { parseAxis, pointsOf } from '../../lab/run/axes';

test.each([
  ['backend.replicas=1..6', [1, 2, 3, 4, 5, 6]],
  ['backend.replicas=4,1,2,2', [1, 2, 4]],
  ['backend.cpuLimitMillicores=250..1000/250', [250, 500, 750, 1000]],
  ['backend.replicas=1..3, 8', [1, 2, 3, 8]],
])('%s', (text, values) => {
  expect(parseAxis(text).values).toEqual(values);
});

test.each([
  ['backend.replicas', 'is not of the form path=values'],
  ['=1..3', 'is not of the form path=values'],
  ['backend.replicas=3..1', 'has "3..1", which is neither a number nor a range'],
  ['backend.replicas=1..9/0', 'which is neither a number nor a range'],
  ['backend.replicas=1,two', 'has "two"'],
  ['backend.cpuLimitMillicores=300..9000', 'values; at most 50 are allowed'],
  ['faults.enabled=0,1', 'names a boolean'],
  ['backend.replicas=0..3', 'backend.replicas: 0 is too small; allowed 1..50'],
  ['backend.replica=1', 'backend.replicas'],
])('%s is refused', (text, why) => {
  expect(() => parseAxis(text)).toThrow(why);
});

test('any text is read or refused, and the values read are sorted and unique', () => {
  fc.assert(
    fc.property(fc.string(), (list) => {
      try {
        const { values } = parseAxis(`backend.replicas=${list}`);
        expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
      } catch (error) {
        expect((error as Error).name).toMatch(/LabError|PropsError/);
      }
    }),
  );
});

test('two settings give every combination once', () => {
  expect(pointsOf([parseAxis('backend.replicas=1,2'), parseAxis('backend.dbPoolSize=5,10')])).toEqual([
    { 'backend.replicas': 1, 'backend.dbPoolSize': 5 },
    { 'backend.replicas': 1, 'backend.dbPoolSize': 10 },
    { 'backend.replicas': 2, 'backend.dbPoolSize': 5 },
    { 'backend.replicas': 2, 'backend.dbPoolSize': 10 },
  ]);
});
