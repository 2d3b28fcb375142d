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
      'checksum/database': expect.any(String),
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

  test("an existing Secret replaces the lab's own, and no other object holds a password", () => {
    const password = 'nowhere-else';
    const own = { password, adminPassword: password };
    const withoutSecret = synthesize({ postgres: { existingSecret: 'mine' } });
    expect(JSON.stringify(withoutSecret)).not.toMatch(/lab-(only|admin)-password/);
    expect(withoutSecret.map(({ kind }) => kind)).not.toContain('Secret');
    const [holder, ...others] = synthesize({ postgres: own }).filter((object) =>
      [password, Buffer.from(password).toString('base64')].some((text) =>
        JSON.stringify(object).includes(text),
      ),
    );
    expect(others).toEqual([]);
    expect(holder).toMatchObject({ kind: 'Secret', metadata: { name: 'postgres' } });
  });
});
