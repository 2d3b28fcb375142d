import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import {
  mergeProps,
  parseProps,
  propPaths,
  PropsError,
  setProp,
  type LabPropsInput,
} from '../../constructs/props';
import { leaf, leafAndValue, nested, validProps, written } from './arbitraries';

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
  test('give the small setup', () => {
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

  test('every setting has a default within its range and a reason', () => {
    for (const prop of propPaths()) {
      expect(at(parseProps(), prop.path)).toEqual(prop.default);
      expect(problems(nested(prop.path, prop.default))).toEqual([]);
      expect(prop.description.length).toBeGreaterThan(20);
    }
  });

  test('switch every defence off', () => {
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
      "monitoring.mode: 'agent' is not valid; allowed none or operator or bundled",
    ],
    [
      'a name that is no label',
      { commonLabels: { 'a b': 'x' } },
      "commonLabels.a b: not allowed there; allowed a map of [prefix/]name, the prefix a DNS name, the name of 1..63 letters, digits, '-', '_' and '.' with a letter or digit at both ends to 0..63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
    ],
    [
      'a label that others select by',
      { commonLabels: { 'app.kubernetes.io/name': 'x' } },
      'commonLabels.app.kubernetes.io/name: is set by the lab itself; allowed any name but app, app.kubernetes.io/*, pod-security.kubernetes.io/*',
    ],
    [
      'a number for an annotation',
      { podAnnotations: { note: 3 } },
      "podAnnotations.note: 3 is not valid; allowed a map of [prefix/]name, the prefix a DNS name, the name of 1..63 letters, digits, '-', '_' and '.' with a letter or digit at both ends to one line of text",
    ],
    [
      'a label whose name JavaScript reserves',
      { commonLabels: { constructor: 'x' } },
      'commonLabels.constructor: is a name that JavaScript reserves; allowed any name but constructor',
    ],
    [
      "a label named after an object's prototype",
      JSON.parse('{"podAnnotations":{"__proto__":"x"}}'),
      'podAnnotations.__proto__: is a name that JavaScript reserves; allowed any name but __proto__',
    ],
    [
      'such a name within an affinity',
      { affinity: { nodeAffinity: { constructor: 'x' } } },
      'affinity.nodeAffinity.constructor: is a name that JavaScript reserves; allowed any name but constructor',
    ],
    [
      'two dots in a row in the prefix of a label',
      { nodeSelector: { 'a..b/c': 'x' } },
      expect.stringMatching(
        /^nodeSelector\.a\.\.b\/c: not allowed there; allowed a map of \[prefix\/\]name, the prefix a DNS name/,
      ),
    ],
    [
      'two dots in a row in the name of a Secret',
      { postgres: { existingSecret: 'a..b' } },
      "postgres.existingSecret: 'a..b' is not valid; allowed empty, or the name of an object: 1..253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends and around each '.'",
    ],
    [
      'a dash beside a dot in the name of a pull secret',
      { imagePullSecrets: [{ name: 'a.-b' }] },
      "imagePullSecrets[0].name: 'a.-b' is not valid; allowed a list of {name}",
    ],
    [
      'a toleration of every value with a value',
      {
        tolerations: [
          { key: 'a', operator: 'Exists' },
          { key: 'b', operator: 'Exists', value: 'x' },
        ],
      },
      'tolerations[1].value: means nothing beside the operator Exists; leave it out, or use the operator Equal',
    ],
    [
      'a toleration without a key',
      { tolerations: [{ value: 'x' }] },
      'tolerations[0].key: is missing; only the operator Exists without a key matches every taint',
    ],
    [
      'a time for a toleration of an effect that evicts nothing',
      { tolerations: [{ key: 'a', effect: 'NoSchedule', tolerationSeconds: 0 }] },
      'tolerations[0].tolerationSeconds: is only for the effect NoExecute; leave it out, or set effect to NoExecute',
    ],
    [
      'a field that a toleration does not have',
      { tolerations: [{ operator: 'Exists', keys: 'x' }] },
      'tolerations[0].keys: not allowed there; allowed a list of {key, operator, value, effect, tolerationSeconds}',
    ],
    [
      'a map for a list',
      { imagePullSecrets: {} },
      'imagePullSecrets: an object is not a list; allowed a list of {name}',
    ],
    [
      'an affinity of another kind',
      { affinity: { podaffinity: {} } },
      'affinity.podaffinity: not allowed there; allowed a map of nodeAffinity or podAffinity or podAntiAffinity',
    ],
    ['a value for a group', { backend: 3 }, 'backend: 3 is not a group of settings; expected an object'],
    [
      'a misspelt key',
      { backend: { replica: 2 } },
      'backend.replica: no such setting; similar names: backend.replicas, downstream.replicas',
    ],
    [
      'a key in the wrong group',
      { replicas: 2 },
      'replicas: no such setting; similar names: backend.replicas, downstream.replicas',
    ],
  ])('%s', (_name, input, message) => {
    expect(problems(input)).toEqual([message]);
  });

  test('are all reported at once', () => {
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

  test('include the superuser as the ordinary role', () => {
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

  test('any value in place of a setting is either kept or refused with the path', () => {
    fc.assert(
      fc.property(leaf, anything, ({ path }, value) => {
        const found = problems(nested(path, value));
        const kept = value === undefined || isDeepStrictEqual(at(tryParse(nested(path, value)), path), value);
        expect(
          kept || found.some((line) => line.startsWith(path) && /^(: |\.|\[)/.test(line.slice(path.length))),
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

  test('a value set by its path reads back the same, and nothing else changes', () => {
    fc.assert(
      fc.property(leafAndValue, ({ prop, value }) => {
        const changed = setProp({ namespace: 'before' }, prop.path, written(value));
        expect(at(changed, prop.path)).toEqual(value);
        expect(changed).toEqual(mergeProps({ namespace: 'before' }, nested(prop.path, value)));
      }),
    );
  });

  test('the last layer wins group by group, and the layers stay unchanged', () => {
    const base: LabPropsInput = { backend: { replicas: 1, port: 9000 } };
    const over: LabPropsInput = { backend: { replicas: 2, queryMs: undefined } };
    expect(mergeProps(base, undefined, over)).toEqual({ backend: { replicas: 2, port: 9000 } });
    expect(base).toEqual({ backend: { replicas: 1, port: 9000 } });
  });
});

describe('setting a value by its path', () => {
  test.each([
    ['backend.replicas', '0', 'backend.replicas: 0 is too small; allowed 1..50'],
    ['backend.replicas', 'three', "backend.replicas: 'three' is not a number; allowed 1..50"],
    ['faults.enabled', 'no', "faults.enabled: 'no' is not a boolean; allowed true or false"],
    ['monitoring', 'none', expect.stringMatching(/^monitoring: is a group; set one of monitoring\.mode, /)],
    [
      'imagePullSecrets[1].name',
      'x',
      expect.stringContaining('no such place in the list; allowed imagePullSecrets[0]'),
    ],
    ['imagePullSecrets', 'x', "imagePullSecrets: 'x' is not a list; allowed a list of {name}"],
    ['backend.replicas.x', '1', expect.stringMatching(/^backend\.replicas\.x: no such setting/)],
    [
      'commonLabels.__proto__',
      '1',
      'commonLabels.__proto__: is a name that JavaScript reserves; allowed any name but __proto__',
    ],
    [
      'tolerations[0].constructor',
      '1',
      'tolerations[0].constructor: is a name that JavaScript reserves; allowed any name but constructor',
    ],
    ['monitoring.mod', 'none', 'monitoring.mod: no such setting; similar names: monitoring.mode'],
    ['toString', '1', expect.stringMatching(/^toString: no such setting/)],
    ['backend.__proto__', '1', expect.stringMatching(/^backend\.__proto__: no such setting/)],
  ])('refuses %s=%s with an explanation', (path, text, message) => {
    expect(problemsOf(() => setProp({}, path, text))).toEqual([message]);
  });
});

describe('maps and lists set by paths into them', () => {
  const set = (...changes: [path: string, text: string][]) =>
    changes.reduce<LabPropsInput>((props, [path, text]) => setProp(props, path, text), {});

  test('a map grows name by name, and its values are always text', () => {
    expect(set(['commonLabels.team', 'payments'], ['commonLabels.example\\.com/cost', '42'])).toEqual({
      commonLabels: { team: 'payments', 'example.com/cost': '42' },
    });
  });

  test('a list grows item by item, with the types of its fields', () => {
    const changes = set(
      ['tolerations[0].key', 'lab'],
      ['tolerations[0].tolerationSeconds', '30'],
      ['tolerations[1].operator', 'Exists'],
    );
    expect(changes).toEqual({
      tolerations: [{ key: 'lab', tolerationSeconds: 30 }, { operator: 'Exists' }],
    });
  });

  test('missing structures on the way are created', () => {
    const path = 'affinity.nodeAffinity.preferred[0].weight';
    expect(set([path, '1'])).toEqual({ affinity: { nodeAffinity: { preferred: [{ weight: 1 }] } } });
  });

  test('JSON sets a whole map or list', () => {
    expect(set(['nodeSelector', '{"disktype":"ssd"}'], ['imagePullSecrets', '[{"name":"a"}]'])).toEqual({
      nodeSelector: { disktype: 'ssd' },
      imagePullSecrets: [{ name: 'a' }],
    });
  });
});

function tryParse(input: LabPropsInput): unknown {
  try {
    return parseProps(input);
  } catch {
    return undefined;
  }
}
