import { synthesize } from '../../constructs';
import { find, workloads } from './objects';

describe('settings that apply to every object or pod', () => {
  const objects = synthesize({
    commonLabels: { team: 'payments' },
    commonAnnotations: { note: 'a: "b"' },
    podAnnotations: { 'example.com/pod': 'yes' },
    imagePullSecrets: [{ name: 'registry' }],
    nodeSelector: { disktype: 'ssd' },
    tolerations: [{ key: 'lab', operator: 'Exists' }],
    affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
  });

  test('labels are on every object and pod, but in no selector', () => {
    for (const { metadata } of objects) expect(metadata.labels).toMatchObject({ team: 'payments' });
    for (const { spec } of workloads(objects)) {
      expect(spec.template.metadata.labels).toMatchObject({ team: 'payments' });
      expect(JSON.stringify(spec.selector)).not.toContain('team');
    }
  });

  test('annotations are on every object, and pods keep the scrape annotations beside their own', () => {
    for (const { metadata } of objects) expect(metadata.annotations).toEqual({ note: 'a: "b"' });
    expect(find(objects, 'Deployment', 'backend')).toHaveProperty('spec.template.metadata.annotations', {
      'example.com/pod': 'yes',
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '8000',
      'prometheus.io/path': '/metrics',
    });
  });

  test('every pod has the configured placement and pull secrets', () => {
    for (const { spec } of workloads(objects)) {
      expect(spec.template.spec).toMatchObject({
        imagePullSecrets: [{ name: 'registry' }],
        nodeSelector: { disktype: 'ssd' },
        tolerations: [{ key: 'lab', operator: 'Exists' }],
        affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
      });
    }
  });

  test('every image comes from the configured registry, also one whose name holds another', () => {
    const registry = 'registry.example.org:5000/lab';
    const all = synthesize({
      imageRegistry: registry,
      backend: { image: 'localhost/backend:2' },
      downstream: { image: 'team/downstream:2' },
      postgres: { pooler: { enabled: true } },
      monitoring: { mode: 'bundled' },
    });
    const images = workloads(all).map(({ spec }) => spec.template.spec.containers[0]!.image);
    expect(images.map((image) => image!.slice(0, registry.length + 1))).toEqual(
      images.map(() => `${registry}/`),
    );
    expect(images.map((image) => image!.slice(registry.length + 1)).sort()).toEqual([
      'backend-under-load/pgbouncer:0.1.0',
      'backend:2',
      'grafana/grafana:11.6.0',
      'kube-state-metrics/kube-state-metrics:v2.15.0',
      'postgres:15',
      'prom/prometheus:v2.42.0',
      'team/downstream:2',
    ]);
  });

  test("an existing Secret replaces the lab's own, and no other object holds a password", () => {
    const password = 'nowhere-else';
    const own = { password, adminPassword: password };
    const withoutSecret = synthesize({ postgres: { ...own, existingSecret: 'mine' } });
    expect(JSON.stringify(withoutSecret)).not.toContain(password);
    expect(withoutSecret.map(({ kind }) => kind)).not.toContain('Secret');
    const [holder, ...others] = synthesize({ postgres: own }).filter((object) =>
      JSON.stringify(object).includes(password),
    );
    expect(others).toEqual([]);
    expect(holder).toMatchObject({ kind: 'Secret', metadata: { name: 'postgres' } });
  });
});
