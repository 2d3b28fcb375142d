import fc from 'fast-check';
import {
  mergeProps,
  parseProps,
  propPaths,
  PropsError,
  setProp,
  type LabPropsInput,
} from '../../constructs/props';
import { leaf, leafAndValue, nested, validProps } from './arbitraries';

const problemsOf = (action: () => unknown): string[] => {
  try {
    action();
  } catch (error) {
    if (error instanceof PropsError) return error.problems;
    throw error;
  }
  return [];
};
const problems = (input: unknown) => problemsOf(() => parseProps(input as LabPropsInput));
const at = (tree: unknown, path: string) =>
  path.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], tree);

describe('defaults', () => {
  test('are the small setup', () => {
    expect(parseProps()).toMatchObject({
      namespace: 'load-testing',
      backend: {
        replicas: 1,
        port: 8000,
        cpuRequestMillicores: 250,
        cpuLimitMillicores: 500,
        memoryRequestMebibytes: 256,
        memoryLimitMebibytes: 512,
        dbPoolSize: 5,
      },
      postgres: { maxConnections: 10 },
    });
  });

  test('every setting has a default within its own range and a reason', () => {
    for (const prop of propPaths()) {
      expect(at(parseProps(), prop.path)).toBe(prop.default);
      expect(problems(nested(prop.path, prop.default))).toEqual([]);
      expect(prop.description.length).toBeGreaterThan(20);
    }
  });

  test('every defence is off', () => {
    const { breakerResetMs, ...switches } = parseProps().backend.defences;
    expect(Object.values(switches).every((value) => value === 0 || value === false)).toBe(true);
    expect(breakerResetMs).toBeGreaterThan(0);
  });
});

describe('wrong settings', () => {
  test.each<[string, unknown, string]>([
    [
      'a request above its limit',
      { backend: { cpuRequestMillicores: 600 } },
      'backend.cpuRequestMillicores: 600 is above its limit backend.cpuLimitMillicores = 500; allowed 10..500',
    ],
    [
      'a limit below the default request',
      { backend: { memoryLimitMebibytes: 128 } },
      'backend.memoryRequestMebibytes: 256 (the default) is above its limit backend.memoryLimitMebibytes = 128; allowed 32..128',
    ],
    [
      'more minimum than maximum replicas',
      { autoscaling: { minReplicas: 7 } },
      'autoscaling.minReplicas: 7 is above autoscaling.maxReplicas = 5; allowed 1..5',
    ],
    ['a number too small', { backend: { replicas: 0 } }, 'backend.replicas: 0 is too small; allowed 1..50'],
    [
      'a number too large',
      { backend: { dbPoolSize: 201 } },
      'backend.dbPoolSize: 201 is too large; allowed 1..200',
    ],
    [
      'a fraction',
      { backend: { replicas: 1.5 } },
      'backend.replicas: 1.5 is not a whole number; allowed 1..50',
    ],
    [
      'NaN',
      { backend: { queryMs: NaN } },
      'backend.queryMs: NaN is not a number (the unit is in the name: milliseconds); allowed 0..10000',
    ],
    [
      'a CPU quantity',
      { backend: { cpuLimitMillicores: '500m' } },
      "backend.cpuLimitMillicores: '500m' is not a number (the unit is in the name: millicores, 1000 = one core, write 500); allowed 10..64000",
    ],
    [
      'a memory quantity',
      { postgres: { memoryLimitMebibytes: '1Gi' } },
      "postgres.memoryLimitMebibytes: '1Gi' is not a number (the unit is in the name: mebibytes, write 1024); allowed 32..262144",
    ],
    [
      'a duration',
      { backend: { dbAcquireTimeoutMs: '2s' } },
      "backend.dbAcquireTimeoutMs: '2s' is not a number (the unit is in the name: milliseconds, write 2000); allowed 0..600000",
    ],
    [
      'a word for a flag',
      { faults: { enabled: 'yes' } },
      "faults.enabled: 'yes' is not a boolean; allowed true or false",
    ],
    [
      'an unknown option',
      { monitoring: { mode: 'agent' } },
      "monitoring.mode: 'agent' does not fit; allowed none or operator",
    ],
    ['a value for a group', { backend: 3 }, 'backend: 3 is not a group of settings; expected an object'],
    [
      'a misspelt key',
      { backend: { replica: 2 } },
      'backend.replica: no such setting; allowed here or nearby: backend.replicas, downstream.replicas',
    ],
    [
      'a key in the wrong group',
      { replicas: 2 },
      'replicas: no such setting; allowed here or nearby: backend.replicas, downstream.replicas',
    ],
  ])('%s', (_name, input, message) => {
    expect(problems(input)).toEqual([message]);
  });

  test('all problems are listed at once', () => {
    const found = problems({
      namespace: 'A',
      backend: { replicas: 0, nope: 1 },
      autoscaling: { minReplicas: 9 },
    });
    expect(found.map((line) => line.slice(0, line.indexOf(':')))).toEqual([
      'namespace',
      'backend.replicas',
      'backend.nope',
      'autoscaling.minReplicas',
    ]);
  });

  test('the superuser is refused as the ordinary role', () => {
    expect(problems({ postgres: { user: 'postgres' } })).toEqual([
      expect.stringMatching(/^postgres\.user: 'postgres'/),
    ]);
  });

  test.each([
    '{"__proto__":{"polluted":1}}',
    '{"backend":{"__proto__":1}}',
    '{"constructor":{"prototype":1}}',
  ])('keys that reach a prototype are refused: %s', (json) => {
    const input = JSON.parse(json) as LabPropsInput;
    expect(problems(input)).toEqual([expect.stringMatching(/(__proto__|constructor): no such setting/)]);
    expect(problemsOf(() => mergeProps({}, input))).toHaveLength(1);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('any integer out of range is refused with its path, value and range', () => {
    const outside = leaf
      .filter(({ type }) => type === 'integer')
      .chain((prop) =>
        fc
          .oneof(fc.integer({ max: prop.minimum! - 1 }), fc.integer({ min: prop.maximum! + 1 }))
          .map((value) => ({ prop, value })),
      );
    fc.assert(
      fc.property(outside, ({ prop, value }) => {
        const [problem] = problems(nested(prop.path, value));
        expect(problem).toContain(`${prop.path}: ${value} is too`);
        expect(problem).toContain(`allowed ${prop.allowed}`);
      }),
    );
  });

  const quantity = fc
    .tuple(fc.nat(), fc.constantFrom('m', 'Gi', 'ms', 's', '%', 'toString'))
    .map((parts) => parts.join(''));
  const anything = fc.oneof(fc.anything(), quantity, fc.constant({ toString: 1 }));

  test('anything at all in the place of a setting is either kept or refused by its path', () => {
    fc.assert(
      fc.property(leaf, anything, ({ path }, value) => {
        const found = problems(nested(path, value));
        const kept = value === undefined || at(tryParse(nested(path, value)), path) === value;
        expect(
          kept || found.some((line) => line.startsWith(`${path}: `) || line.startsWith(`${path}.`)),
        ).toBe(true);
      }),
    );
  });
});

describe('valid settings', () => {
  test('are accepted and completed, and completing them again changes nothing', () => {
    fc.assert(
      fc.property(validProps, (input) => {
        const props = parseProps(input);
        expect(parseProps(props)).toEqual(props);
        expect(props).toMatchObject(input);
      }),
    );
  });

  test('a value set by its path is the value read back, and nothing else changes', () => {
    fc.assert(
      fc.property(leafAndValue, ({ prop, value }) => {
        const changed = setProp({ namespace: 'before' }, prop.path, String(value));
        expect(at(changed, prop.path)).toBe(value);
        expect(changed).toEqual(mergeProps({ namespace: 'before' }, nested(prop.path, value)));
      }),
    );
  });

  test('the last layer wins, group by group, and layers stay as they are', () => {
    const base: LabPropsInput = { backend: { replicas: 1, port: 9000 } };
    const over: LabPropsInput = { backend: { replicas: 2, queryMs: undefined } };
    expect(mergeProps(base, undefined, over)).toEqual({ backend: { replicas: 2, port: 9000 } });
    expect(base).toEqual({ backend: { replicas: 1, port: 9000 } });
  });
});

describe('a setting by its path', () => {
  test.each([
    ['backend.replicas', '0', 'backend.replicas: 0 is too small; allowed 1..50'],
    ['backend.replicas', 'three', "backend.replicas: 'three' is not a number; allowed 1..50"],
    ['faults.enabled', 'no', "faults.enabled: 'no' is not a boolean; allowed true or false"],
    [
      'monitoring',
      'none',
      'monitoring: is a group; set one of monitoring.mode, monitoring.scrapeIntervalSeconds',
    ],
    ['monitoring.mod', 'none', 'monitoring.mod: no such setting; allowed here or nearby: monitoring.mode'],
    ['toString', '1', expect.stringMatching(/^toString: no such setting/)],
    ['backend.__proto__', '1', expect.stringMatching(/^backend\.__proto__: no such setting/)],
  ])('%s=%s is explained', (path, text, message) => {
    expect(problemsOf(() => setProp({}, path, text))).toEqual([message]);
  });
});

function tryParse(input: LabPropsInput): unknown {
  try {
    return parseProps(input);
  } catch {
    return undefined;
  }
}
