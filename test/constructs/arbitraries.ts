import fc from 'fast-check';
import {
  mergeProps,
  parseProps,
  propPaths,
  setProp,
  type LabPropsInput,
  type PropPath,
} from '../../constructs/props';

const TEXTS: Record<string, fc.Arbitrary<string>> = {
  namespace: fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z0-9]$/),
  imageRegistry: fc.constantFrom('', 'registry.example.org:5000/mirror'),
  registry: fc.constantFrom('', 'registry.example.org', 'localhost:5000/mirror'),
  repository: fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8})?$/),
  tag: fc.stringMatching(/^([A-Za-z0-9_][A-Za-z0-9_.-]{0,70})?$/),
  digest: fc.constantFrom('', `sha256:${'0a'.repeat(32)}`),
  pullPolicy: fc.constantFrom('IfNotPresent', 'Always', 'Never'),
  priorityClassName: fc.constantFrom('', 'important'),
  'backend.serviceAccount.name': fc.constantFrom('', 'somebody'),
  'downstream.serviceAccount.name': fc.constantFrom('', 'another'),
  className: fc.constantFrom('', 'nginx'),
  type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'),
  host: fc.constantFrom('', 'lab.example.org', '*.example.org'),
  path: fc.stringMatching(/^\/[a-z0-9._~-]{0,9}$/),
  grafanaSecret: fc.constantFrom('grafana-admin', 'my.secret-1'),
  database: fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/),
  user: fc.stringMatching(/^app[a-z0-9]{0,8}$/),
  password: fc.stringMatching(/^[!-~]{1,20}$/),
  adminPassword: fc.stringMatching(/^[!-~]{1,20}$/),
  mode: fc.constantFrom('none', 'operator', 'bundled'),
  runbookUrl: fc.constantFrom('', 'https://git.example.com/lab/'),
  existingSecret: fc.constantFrom('', 'mine', 'my.secret-1'),
};

const labelName = fc.stringMatching(/^([a-z]{1,4}\.[a-z]{1,3}\/)?[A-Za-z][A-Za-z0-9_.-]{0,4}[A-Za-z0-9]$/);
/**
 * Helm writes such a text without quotes, as Kubernetes expects; tests read YAML 1.2, where it is a number.
 */
const isOctal = (text: string) => /^[-+]?0o[0-7]+$/.test(text);
const labelValue = fc
  .stringMatching(/^([A-Za-z0-9]([A-Za-z0-9_.-]{0,8}[A-Za-z0-9])?)?$/)
  .filter((text) => !isOctal(text));
const annotation = fc
  .oneof(fc.stringMatching(/^[ -~]{0,20}$/), fc.constantFrom('é “ü” 水', 'true', '1e3', 'E0', '{{ . }}'))
  .filter((text) => !isOctal(text));
const some = (key: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>) =>
  fc
    .dictionary(key, value, { maxKeys: 3, noNullPrototype: true })
    .filter((map) => !Object.keys(map).some((name) => name === 'app' || name in Object.prototype));

/** Kubernetes' own structures: the lab passes on their content unchanged. */
const structure = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,8}$/).filter((name) => !(name in Object.prototype)),
  fc.oneof(
    fc.integer({ min: 0, max: 100 }),
    annotation,
    fc.array(some(labelName, labelValue), { maxLength: 2 }),
  ),
  { maxKeys: 2, noNullPrototype: true },
);

const extra = (key: string) =>
  fc.tuple(fc.stringMatching(/^x[a-z]{1,5}$/), structure).map(([name, rest]) => ({ ...rest, [key]: name }));

/** Exists has no value, only Exists has no key, and only NoExecute has a time. */
const toleration = fc
  .record({
    effect: fc.constantFrom<object>(
      {},
      { effect: 'NoSchedule' },
      { effect: 'PreferNoSchedule' },
      { effect: 'NoExecute' },
      { effect: 'NoExecute', tolerationSeconds: 30 },
    ),
    match: fc.oneof(
      fc.record({ key: labelName, value: labelValue }, { requiredKeys: ['key'], noNullPrototype: true }),
      fc.record({ key: labelName, operator: fc.constant('Equal'), value: labelValue }),
      fc.record(
        { key: labelName, operator: fc.constant('Exists') },
        { requiredKeys: ['operator'], noNullPrototype: true },
      ),
    ),
  })
  .map(({ effect, match }) => ({ ...match, ...effect }));

const STRUCTURES: Record<string, fc.Arbitrary<unknown>> = {
  commonLabels: some(labelName, labelValue),
  serviceMonitorLabels: some(labelName, labelValue),
  nodeSelector: some(labelName, labelValue),
  commonAnnotations: some(labelName, annotation),
  podAnnotations: some(labelName, annotation),
  annotations: some(labelName, annotation),
  topologySpreadConstraints: fc.array(structure, { maxLength: 2 }),
  relabelings: fc.array(structure, { maxLength: 2 }),
  metricRelabelings: fc.array(structure, { maxLength: 2 }),
  extraVolumes: fc.array(extra('name'), { maxLength: 2 }),
  extraVolumeMounts: fc.array(extra('name'), { maxLength: 2 }),
  extraEnv: fc.uniqueArray(
    fc.record({ name: fc.stringMatching(/^X_[A-Z]{1,3}$/), value: annotation }, { noNullPrototype: true }),
    { maxLength: 2, selector: ({ name }) => name },
  ),
  tls: fc.array(structure, { maxLength: 2 }),
  parentRefs: fc.array(structure, { maxLength: 2 }),
  hostnames: fc.uniqueArray(fc.constantFrom('a.example.org', 'b.example.org'), { maxLength: 2 }),
  imagePullSecrets: fc.array(
    fc.record(
      { name: fc.stringMatching(/^[a-z]([a-z0-9-]{0,4}[a-z0-9])?(\.[a-z0-9]{1,3})?$/) },
      { noNullPrototype: true },
    ),
    { maxLength: 2 },
  ),
  tolerations: fc.array(toleration, { maxLength: 2 }),
  affinity: fc.record(
    { nodeAffinity: structure, podAffinity: structure, podAntiAffinity: structure },
    { requiredKeys: [], noNullPrototype: true },
  ),
};

/** A valid value of one setting, regardless of the others. */
export function validValue({ path, type, minimum, maximum }: PropPath): fc.Arbitrary<PropPath['default']> {
  if (type === 'integer') return fc.integer({ min: minimum!, max: maximum! });
  if (type === 'boolean') return fc.boolean();
  const name = path.slice(path.lastIndexOf('.') + 1);
  return (TEXTS[path] ?? TEXTS[name] ?? STRUCTURES[name]) as fc.Arbitrary<PropPath['default']>;
}

/** The value as written on the command line. */
export function written(value: PropPath['default']): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export const leaf = fc.constantFrom(...propPaths());

/** A setting with a valid value for it. */
export const leafAndValue = leaf.chain((prop) => validValue(prop).map((value) => ({ prop, value })));

export function nested(path: string, value: unknown): LabPropsInput {
  return path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as LabPropsInput;
}

const PAIRS = [
  ...['backend', 'downstream', 'postgres', 'postgres.pooler', 'load.generator', 'load.collector'].flatMap(
    (part) => [
      [`${part}.cpuRequestMillicores`, `${part}.cpuLimitMillicores`],
      [`${part}.memoryRequestMebibytes`, `${part}.memoryLimitMebibytes`],
    ],
  ),
  ['autoscaling.minReplicas', 'autoscaling.maxReplicas'],
] as const;

const orderedPairs = fc
  .tuple(
    ...PAIRS.map(([low, high]) => {
      const prop = propPaths().find(({ path }) => path === low)!;
      return fc
        .tuple(validValue(prop), validValue(prop))
        .map(([a, b]) => [nested(low, Math.min(+a, +b)), nested(high, Math.max(+a, +b))]);
    }),
  )
  .map((pairs) => mergeProps(...pairs.flat(), { postgres: { sharedBuffersMebibytes: 1 } }));

/** A port of nodes needs a Service that is published, and a Secret replaces the role. */
function withoutMeaningless(props: LabPropsInput): LabPropsInput {
  const { type = 'ClusterIP' } = props.backend?.service ?? {};
  const { user, password, adminPassword } = parseProps({}).postgres;
  return mergeProps(
    props,
    type === 'ClusterIP' ? { backend: { service: { nodePort: 0 } } } : {},
    props.postgres?.existingSecret ? { postgres: { user, password, adminPassword } } : {},
  );
}

/** Valid settings: any values of any settings, with requests below limits. */
export const validProps: fc.Arbitrary<LabPropsInput> = fc
  .tuple(fc.array(leafAndValue, { maxLength: 20 }), orderedPairs)
  .map(([changes, ordered]) =>
    mergeProps(...changes.map(({ prop, value }) => setProp({}, prop.path, written(value))), ordered),
  )
  .map(withoutMeaningless);
