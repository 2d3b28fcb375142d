import { parse } from 'yaml';
import { synthesize, type KubeObject, type LabPropsInput } from '../../constructs';
import { always } from './always';
import { containerOf, environment, find, workloads } from './objects';

describe('what is applied equals what the API server stores', () => {
  const pooled = {
    backend: { cpuLimitMillicores: 2000, memoryLimitMebibytes: 2048 },
    postgres: { pooler: { enabled: true } },
  };

  always('quantities have the form into which it brings them', (objects) => {
    const quantities = JSON.stringify(objects).matchAll(
      /"(?:cpu|memory|ephemeral-storage|storage)":"([^"]*)"/g,
    );
    for (const [, quantity] of quantities) {
      expect(quantity).toMatch(/^\d+(m|Mi|Gi|Ti)?$/);
      expect(quantity).not.toMatch(/000m$/);
      const [, count, unit] = /^(\d+)(Mi|Gi)$/.exec(quantity!) ?? [];
      if (unit) expect(Number(count) % 1024).not.toBe(0);
    }
    expect(containerOf(synthesize(pooled), 'backend').resources.limits).toMatchObject({
      cpu: '2',
      memory: '2Gi',
    });
  });

  test('fields that it compares as a whole have its defaults', () => {
    const objects = synthesize(pooled);
    expect(find(objects, 'StatefulSet', 'postgres')).toHaveProperty('spec.volumeClaimTemplates', [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: expect.objectContaining({ name: 'data' }),
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1Gi' } },
          volumeMode: 'Filesystem',
        },
        status: { phase: 'Pending' },
      },
    ]);
    const references = JSON.stringify(objects).match(/"fieldRef":\{[^}]*\}/g)!;
    expect(new Set(references)).toEqual(
      new Set(['"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.name"}']),
    );
  });

  test('Secrets hold their content as it is read back', () => {
    const secret = find(synthesize(), 'Secret', 'postgres');
    expect(secret).toMatchObject({
      type: 'Opaque',
      data: { username: Buffer.from('lab').toString('base64') },
    });
    expect(secret).not.toHaveProperty('stringData');
  });
});

describe('a database whose contents or role change', () => {
  const dataFolder = (input: LabPropsInput) => environment(containerOf(synthesize(input), 'postgres')).PGDATA;
  const annotation = (app: string, input: LabPropsInput) =>
    (
      workloads(synthesize(input)).find(({ metadata }) => metadata.name === app)!.spec.template.metadata as {
        annotations?: Record<string, string>;
      }
    ).annotations!['checksum/database'];
  const changes: [string, LabPropsInput['postgres']][] = [
    ['rows', { rows: 7 }],
    ['user', { user: 'shopper' }],
    ['password', { password: 'another' }],
    ['adminPassword', { adminPassword: 'another' }],
    ['database', { database: 'shop' }],
    ['existingSecret', { existingSecret: 'mine' }],
    ['image', { image: { tag: '16' } }],
  ];

  test.each(changes)('another %s makes a new database, and its clients start anew', (_what, postgres) => {
    const pooler = { enabled: true };
    const [before, after] = [{ postgres: { pooler } }, { postgres: { ...postgres, pooler } }];
    expect(dataFolder(after)).toMatch(/^\/var\/lib\/postgresql\/data\/pgdata-[0-9a-f]{16}$/);
    expect(dataFolder(after)).not.toBe(dataFolder(before));
    for (const app of ['backend', 'pgbouncer'])
      expect(annotation(app, after)).not.toBe(annotation(app, before));
  });

  test('other settings keep it', () => {
    const other: LabPropsInput = { postgres: { maxConnections: 20, cpuLimitMillicores: 1000, port: 15432 } };
    expect(dataFolder(other)).toBe(dataFolder({}));
    expect(annotation('backend', { backend: { replicas: 3 } })).toBe(annotation('backend', {}));
  });

  test('does not keep a pod that never became ready from being replaced', () => {
    expect(find(synthesize(), 'StatefulSet', 'postgres')).toHaveProperty(
      'spec.podManagementPolicy',
      'Parallel',
    );
  });
});

describe('the bundled monitoring', () => {
  const checksum = (app: string, input: LabPropsInput) => {
    const mode = { mode: 'bundled' as const };
    const objects = synthesize({ ...input, monitoring: { ...mode, ...input.monitoring } });
    const { annotations } = find<KubeObject & { spec: { template: KubeObject } }>(objects, 'Deployment', app)
      .spec.template.metadata;
    return annotations!['checksum/config'];
  };

  test.each<[string, string, LabPropsInput]>([
    ['Prometheus', 'scrape interval', { monitoring: { scrapeIntervalSeconds: 5 } }],
    ['Prometheus', 'namespace', { namespace: 'other' }],
    ['Prometheus', 'runbook address', { monitoring: { runbookUrl: 'https://git.example.com/' } }],
    ['Grafana', 'scrape interval', { monitoring: { scrapeIntervalSeconds: 30 } }],
  ])('starts %s anew for another %s', (app, _what, input) => {
    expect(checksum(app.toLowerCase(), input)).not.toBe(checksum(app.toLowerCase(), {}));
  });

  test('does not start Prometheus anew for settings that are not in its files', () => {
    expect(checksum('prometheus', { backend: { replicas: 2 } })).toBe(checksum('prometheus', {}));
    expect(checksum('prometheus', {})).toMatch(/^[0-9a-f]{16}$/);
  });

  test('gives each alert the path of its lesson, or its address once there is one', () => {
    const path = 'loadtests/memory-stress/README.md';
    const written = (runbookUrl: string) => {
      const [operator, bundled] = (['operator', 'bundled'] as const).map((mode) =>
        synthesize({ monitoring: { mode, runbookUrl } }),
      );
      const { data } = find<KubeObject & { data: Record<string, string> }>(
        bundled!,
        'ConfigMap',
        'prometheus',
      );
      return [
        JSON.stringify(find(operator!, 'PrometheusRule', 'backend-under-load')),
        JSON.stringify(parse(data['alert-rules.yaml']!)),
      ];
    };
    for (const rules of written('')) {
      expect(rules).toContain(`"runbook":"${path}"`);
      expect(rules).not.toContain('runbook_url');
    }
    for (const rules of written('https://git.example.com/lab/')) {
      expect(rules).toContain(`"runbook_url":"https://git.example.com/lab/${path}"`);
      expect(rules).not.toContain('"runbook"');
    }
  });
});
