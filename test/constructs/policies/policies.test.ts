import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { App } from 'cdk8s';
import fc from 'fast-check';
import { synthesize, type KubeObject, type LabPropsInput } from '../../../constructs';
import { TestPod } from '../../../constructs/helm/test-pod';
import { LabChart } from '../../../constructs/lab-chart';
import { PROJECT } from '../../../constructs/labels';
import { mergeProps, parseProps } from '../../../constructs/props';
import { generatorObject, supportObjects } from '../../../lab/load/in-cluster/objects';
import { loadPodsOf } from '../../../lab/run/load-pods';
import { validProps } from '../arbitraries';
import { VARIANTS } from '../variants';
import { mistakesOf } from './broken';
import { EXCEPTIONS } from './exceptions';
import { POLICIES, type Policy } from './table';

const PAGE = readFileSync(resolve(__dirname, '../../../docs/security.md'), 'utf8');

const MODES: [mode: string, objects: KubeObject[], input: LabPropsInput][] = [
  ...Object.entries(VARIANTS).map(
    ([mode, input]) => [mode, synthesize(input), input] as [string, KubeObject[], LabPropsInput],
  ),
  ['the chart with its test', chartWithTest(), {}],
  ['a load from one generator', [...synthesize(), ...load(1)], {}],
  ['a load from two generators', [...synthesize(), ...load(2)], {}],
];

test.each(POLICIES.map((policy) => [policy.name, policy.because, policy] as const))(
  '%s: %s',
  (_name, _because, policy) => {
    const broken = MODES.map(([mode, objects, input]) => [mode, unexcused(policy, objects, input)] as const);
    expect(broken.filter(([, problems]) => problems.length > 0)).toEqual([]);
  },
);

test.each(POLICIES.map((policy) => [policy.name, policy] as const))(
  '%s: a manifest that breaks it is found',
  (name, policy) => {
    const found = mistakesOf(name).map((objects) => unexcused(policy, objects, {}).length);
    expect(found.length).toBeGreaterThan(0);
    expect(found).not.toContain(0);
  },
);

/** What users add to pods themselves, and switch off, is theirs. */
const WITHOUT_USERS_OWN: LabPropsInput = {
  backend: { extraEnv: [], extraVolumes: [], podDisruptionBudget: { enabled: true } },
  downstream: { extraEnv: [], extraVolumes: [], podDisruptionBudget: { enabled: true } },
};

test('any valid settings satisfy the policies, except those for images, which the user chooses', () => {
  const policies = POLICIES.filter(({ ofImages }) => !ofImages);
  fc.assert(
    fc.property(validProps, (random) => {
      const input = mergeProps(random, WITHOUT_USERS_OWN);
      const objects = synthesize(input);
      expect(policies.flatMap((policy) => unexcused(policy, objects, input))).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

test('each exception is needed and listed in docs/security.md', () => {
  const found = (name: string) => {
    const policy = POLICIES.find((one) => one.name === name)!;
    return MODES.flatMap(([, objects]) => policy.broken(objects));
  };
  const needless = EXCEPTIONS.filter(({ policy, finds }) => !found(policy).some((says) => finds.test(says)));
  expect(needless).toEqual([]);
  expect(EXCEPTIONS.filter(({ because }) => !PAGE.includes(because))).toEqual([]);
});

test('docs/security.md lists every policy with its reason', () => {
  expect(
    POLICIES.filter(({ name, because }) => !PAGE.includes(`| ${name}`) || !PAGE.includes(because)),
  ).toEqual([]);
});

function unexcused(policy: Policy, objects: KubeObject[], input: LabPropsInput): string[] {
  if (policy.ofNetwork && input.networkPolicies?.enabled === false) return [];
  if (policy.unlessPublished && isPublished(input)) return [];
  const excused = EXCEPTIONS.filter((exception) => exception.policy === policy.name);
  return policy.broken(objects).filter((says) => !excused.some(({ finds }) => finds.test(says)));
}

function isPublished({ backend = {} }: LabPropsInput): boolean {
  const { service, ingress, httpRoute } = backend;
  const type = service?.type ?? 'ClusterIP';
  return type !== 'ClusterIP' || ingress?.enabled === true || httpRoute?.enabled === true;
}

/** The pod of `helm test`, as the chart makes it. */
function chartWithTest(): KubeObject[] {
  const chart = new LabChart(new App(), PROJECT);
  new TestPod(chart, 'test', { backend: chart.backend, image: parseProps().backend.image });
  return chart.toJson() as KubeObject[];
}

function load(parallelism: number): KubeObject[] {
  const plan = {
    namespace: 'load-testing',
    labels: { 'backend-under-load/run': 'one' },
    script: { entry: 'load.ts', files: { 'load.ts': '' } },
    env: { TARGET: 'http://backend:8000' },
    forbidden: [],
    parallelism,
    pods: loadPodsOf(parseProps({})),
  };
  return [...supportObjects(plan), generatorObject(plan, '10.0.0.1:8080')] as KubeObject[];
}
