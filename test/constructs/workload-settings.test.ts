import { parseProps, PropsError, synthesize, type KubeObject, type LabPropsInput } from '../../constructs';
import { containerOf, environment, find, workloads, type Policy } from './objects';

const EVERYTHING: LabPropsInput = {
  postgres: { pooler: { enabled: true } },
  monitoring: { mode: 'bundled' },
};
const has = (objects: KubeObject[], kind: string, name: string) =>
  objects.some((object) => object.kind === kind && object.metadata.name === name);

describe('images', () => {
  test('come from one registry if it is named, whatever their own is', () => {
    const images = workloads(synthesize({ ...EVERYTHING, imageRegistry: 'registry.example.org/mirror' })).map(
      ({ spec }) => spec.template.spec.containers[0]!.image,
    );
    expect(images).toHaveLength(7);
    for (const image of images) expect(image).toMatch(/^registry\.example\.org\/mirror\/[^.:]+:[\w.]+$/);
    expect(images).toContain('registry.example.org/mirror/kube-state-metrics/kube-state-metrics:v2.15.0');
  });

  test('are named by registry, repository, tag and digest, with their pull policy', () => {
    const digest = `sha256:${'0a'.repeat(32)}`;
    const image = { registry: 'localhost:5000', repository: 'shop/api', tag: '2.0-rc', digest };
    const objects = synthesize({ backend: { image: { ...image, pullPolicy: 'Always' } } });
    expect(containerOf(objects, 'backend')).toMatchObject({
      image: `localhost:5000/shop/api:2.0-rc@${digest}`,
      imagePullPolicy: 'Always',
    });
    expect(find(objects, 'Deployment', 'backend').metadata.labels).toMatchObject({
      'app.kubernetes.io/version': '2.0-rc',
    });
    const untagged = synthesize({ backend: { image: { tag: '' } } });
    expect(containerOf(untagged, 'backend').image).toBe('backend-under-load/backend');
  });
});

describe('what users add to a workload', () => {
  const objects = synthesize({
    priorityClassName: 'important',
    revisionHistoryLimit: 2,
    topologySpreadConstraints: [{ maxSkew: 2, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
    backend: {
      replicas: 3,
      extraEnv: [{ name: 'EXTRA', value: '1' }],
      extraVolumes: [{ name: 'extra', configMap: { name: 'mine' } }],
      extraVolumeMounts: [{ name: 'extra', mountPath: '/extra' }],
      serviceAccount: { create: true, annotations: { note: 'x' } },
      podDisruptionBudget: { maxUnavailable: 2 },
    },
    downstream: {
      replicas: 2,
      serviceAccount: { name: 'mine' },
      podDisruptionBudget: { enabled: false },
    },
  });
  const podOf = (app: string) =>
    workloads(objects).find(({ metadata }) => metadata.name === app)!.spec.template.spec;

  test('is in its pods and in no others', () => {
    expect(environment(containerOf(objects, 'backend')).EXTRA).toBe('1');
    expect(containerOf(objects, 'backend').volumeMounts).toContainEqual({
      name: 'extra',
      mountPath: '/extra',
    });
    expect(podOf('backend').volumes).toContainEqual({ name: 'extra', configMap: { name: 'mine' } });
    expect(environment(containerOf(objects, 'downstream'))).not.toHaveProperty('EXTRA');
  });

  test('may be an account, which gets no token', () => {
    expect(podOf('backend')).toMatchObject({
      serviceAccountName: 'backend',
      automountServiceAccountToken: false,
    });
    expect(find(objects, 'ServiceAccount', 'backend')).toMatchObject({
      metadata: { annotations: { note: 'x' } },
      automountServiceAccountToken: false,
    });
    expect(podOf('downstream').serviceAccountName).toBe('mine');
    expect(has(objects, 'ServiceAccount', 'mine')).toBe(false);
  });

  test('holds for every workload, where it is about all of them', () => {
    for (const { spec } of workloads(objects)) {
      expect(spec).toMatchObject({ revisionHistoryLimit: 2 });
      expect(spec.template.spec.priorityClassName).toBe('important');
    }
  });

  test('replaces how pods are spread, and how many may be missing', () => {
    for (const app of ['backend', 'downstream']) {
      expect(podOf(app).topologySpreadConstraints).toMatchObject([{ topologyKey: 'zone' }]);
    }
    expect(find(objects, 'PodDisruptionBudget', 'backend')).toHaveProperty('spec.maxUnavailable', 2);
    expect(has(objects, 'PodDisruptionBudget', 'downstream')).toBe(false);
  });
});

describe('the backend is reached from outside the cluster', () => {
  test('through a Service of another type, from any address', () => {
    const objects = synthesize({
      backend: { service: { type: 'NodePort', nodePort: 30_080, annotations: { note: 'x' } } },
    });
    expect(find(objects, 'Service', 'backend')).toMatchObject({
      metadata: { annotations: { note: 'x' } },
      spec: { type: 'NodePort', ports: [{ port: 8000, nodePort: 30_080 }] },
    });
    const { ingress, podSelector } = find<Policy>(objects, 'NetworkPolicy', 'backend-published').spec;
    expect(ingress).toEqual([{ ports: [{ port: 8000, protocol: 'TCP' }] }]);
    expect(podSelector).toEqual(find<Policy>(objects, 'NetworkPolicy', 'backend').spec.podSelector);
  });

  test('through an Ingress', () => {
    const tls = [{ hosts: ['lab.example.org'], secretName: 'lab-tls' }];
    const ingress = { enabled: true, className: 'nginx', host: 'lab.example.org', path: '/lab', tls };
    const objects = synthesize({ backend: { ingress } });
    expect(find(objects, 'Ingress', 'backend').spec).toEqual({
      ingressClassName: 'nginx',
      tls,
      rules: [
        {
          host: 'lab.example.org',
          http: {
            paths: [
              {
                path: '/lab',
                pathType: 'Prefix',
                backend: { service: { name: 'backend', port: { name: 'http' } } },
              },
            ],
          },
        },
      ],
    });
  });

  test('through an HTTPRoute', () => {
    const parentRefs = [{ name: 'gateway' }];
    const httpRoute = { enabled: true, parentRefs, hostnames: ['lab.example.org'] };
    expect(find(synthesize({ backend: { httpRoute } }), 'HTTPRoute', 'backend').spec).toMatchObject({
      parentRefs,
      hostnames: ['lab.example.org'],
      rules: [{ backendRefs: [{ name: 'backend', port: 8000 }] }],
    });
  });

  test.each<[string, LabPropsInput['backend']]>([
    ['an Ingress', { ingress: { enabled: true } }],
    ['an HTTPRoute', { httpRoute: { enabled: true } }],
  ])('past the NetworkPolicies through %s, whose controller may be no pod', (_what, backend) => {
    const { ingress } = find<Policy>(synthesize({ backend }), 'NetworkPolicy', 'backend-published').spec;
    expect(ingress).toEqual([{ ports: [{ port: 8000, protocol: 'TCP' }] }]);
    const off = { networkPolicies: { enabled: false }, backend };
    expect(has(synthesize(off), 'NetworkPolicy', 'backend-published')).toBe(false);
  });

  test('only if the settings say so', () => {
    const objects = synthesize(EVERYTHING);
    const published = ['Ingress', 'HTTPRoute'].filter((kind) =>
      objects.some((object) => object.kind === kind),
    );
    expect(published).toEqual([]);
    expect(has(objects, 'NetworkPolicy', 'backend-published')).toBe(false);
  });
});

test('a port of the nodes is refused while the Service has none', () => {
  expect(() => parseProps({ backend: { service: { nodePort: 30_080 } } })).toThrow(
    new PropsError([
      'backend.service.nodePort: 30080 means nothing while backend.service.type is ClusterIP; set it to 0, or change backend.service.type',
    ]),
  );
});

test('the role and passwords of the settings are refused beside a Secret, and not shown', () => {
  const postgres = { user: 'shopper', password: 'hidden', adminPassword: 'hidden', existingSecret: 'mine' };
  expect(() => parseProps({ postgres })).toThrow(
    new PropsError(
      ['user', 'password', 'adminPassword'].map(
        (name) =>
          `postgres.${name}: means nothing while postgres.existingSecret is set; leave it out, or change postgres.existingSecret`,
      ),
    ),
  );
});

test('a host without a name is refused', () => {
  expect(() => parseProps({ backend: { httpRoute: { hostnames: [''] } } })).toThrow(
    /^backend.httpRoute.hostnames\[0\]: '' is not valid; allowed /,
  );
});
