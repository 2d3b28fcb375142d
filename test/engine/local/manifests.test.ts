import { synthesize } from '../../../constructs';
import type { KubeObject } from '../../../constructs/kube-object';
import { readManifests } from '../../../lab/engine/local/manifests/read';
import { parseQuantity } from '../../../lab/engine/quantity';
import { LabError } from '../../../lab/model/errors';

function setAt(object: unknown, path: (string | number)[], value: unknown): void {
  const parent = path
    .slice(0, -1)
    .reduce((at, key) => (at as Record<string, unknown>)[key] as object, object as object);
  (parent as Record<string, unknown>)[path.at(-1)!] = value;
}

function systemWith(kind: string, name: string, path: (string | number)[], value: unknown): KubeObject[] {
  const objects = structuredClone(synthesize({ autoscaling: { enabled: true } })) as KubeObject[];
  setAt(
    objects.find((object) => object.kind === kind && object.metadata.name === name),
    path,
    value,
  );
  return objects;
}

function refusal(objects: KubeObject[]): LabError {
  try {
    readManifests(objects);
  } catch (error) {
    return error as LabError;
  }
  throw new Error('the manifests were accepted');
}

const POD = ['spec', 'template', 'spec'];
const CONTAINER = [...POD, 'containers', 0];

test('the synthesized system is accepted with all options enabled', () => {
  const all = synthesize({
    backend: { replicas: 2 },
    monitoring: { mode: 'operator' },
    commonLabels: { team: 'payments' },
    commonAnnotations: { note: 'x' },
    podAnnotations: { note: 'x' },
    imagePullSecrets: [{ name: 'registry' }],
    nodeSelector: { disktype: 'ssd' },
    tolerations: [{ operator: 'Exists' }],
    affinity: { podAffinity: {} },
  }) as KubeObject[];
  const read = readManifests(all);
  expect(read.namespace).toBe('load-testing');
  expect(read.workloads.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort()).toEqual([
    'Deployment/backend',
    'Deployment/downstream',
    'StatefulSet/postgres',
  ]);
  expect(read.recorded).toContainEqual(
    expect.stringMatching(/^NetworkPolicy\/backend: recorded, not enforced locally/),
  );
});

test.each([
  [[...POD, 'hostNetwork'], true, 'spec.template.spec.hostNetwork'],
  [[...POD, 'initContainers'], [], 'spec.template.spec.initContainers'],
  [[...POD, 'runtimeClassName'], 'gvisor', 'spec.template.spec.runtimeClassName'],
  [[...POD, 'restartPolicy'], 'Never', 'spec.template.spec.restartPolicy'],
  [
    [...CONTAINER, 'lifecycle', 'postStart'],
    { exec: { command: ['true'] } },
    'spec.template.spec.containers[0].lifecycle.postStart',
  ],
  [
    [...CONTAINER, 'livenessProbe', 'exec'],
    { command: ['true'] },
    'spec.template.spec.containers[0].livenessProbe.exec',
  ],
  [
    [...CONTAINER, 'resources', 'limits', 'memory'],
    'lots',
    'spec.template.spec.containers[0].resources.limits.memory',
  ],
  [
    [...CONTAINER, 'resources', 'limits', 'nvidia.com/gpu'],
    1,
    'spec.template.spec.containers[0].resources.limits.nvidia.com/gpu',
  ],
  [
    [...CONTAINER, 'env', 0],
    { name: 'A', valueFrom: { resourceFieldRef: {} } },
    'spec.template.spec.containers[0].env[0].valueFrom.resourceFieldRef',
  ],
  [['spec', 'paused'], true, 'spec.paused'],
])('an unsupported field is refused by its path: %j', (path, value, shown) => {
  const error = refusal(systemWith('Deployment', 'backend', path, value));
  expect(error).toBeInstanceOf(LabError);
  expect(error.kind).toBe('usage');
  expect(error.message).toContain(`Deployment/backend ${shown}: `);
});

test('an unknown kind is refused by name', () => {
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'once' } };
  expect(refusal([job]).message).toBe('Job/once: kind Job (batch/v1) is not supported by the local engine');
});

test('all problems are reported at once', () => {
  const objects = systemWith('Deployment', 'backend', [...POD, 'hostPID'], true);
  setAt(
    objects.find(({ kind }) => kind === 'Service'),
    ['spec', 'type'],
    'ExternalName',
  );
  expect(refusal(objects).message.split('\n')).toHaveLength(2);
});

test('the defaults of the API are filled in', () => {
  const objects = systemWith('Deployment', 'downstream', [...CONTAINER, 'readinessProbe'], {
    httpGet: { port: 'http' },
  });
  const downstream = readManifests(objects).workloads.find(({ metadata }) => metadata.name === 'downstream')!;
  expect(downstream.spec.template.spec.containers[0]!.readinessProbe).toEqual({
    httpGet: { path: '/', port: 'http', scheme: 'HTTP', httpHeaders: [] },
    initialDelaySeconds: 0,
    periodSeconds: 10,
    timeoutSeconds: 1,
    successThreshold: 1,
    failureThreshold: 3,
  });
});

test('Secrets are decoded', () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's' },
    data: { a: 'aGk=' },
    stringData: { b: 'ho' },
  };
  expect(readManifests([secret]).config.Secret.get('s')).toEqual({ a: 'hi', b: 'ho' });
});

test.each([
  ['500m', 0.5],
  ['2', 2],
  [0.25, 0.25],
  ['512Mi', 512 * 1024 * 1024],
  ['1.5G', 1.5e9],
  ['1Zi', undefined],
  ['-1', undefined],
  ['', undefined],
])('quantity %s is %s', (quantity, expected) => expect(parseQuantity(quantity)).toBe(expected));
