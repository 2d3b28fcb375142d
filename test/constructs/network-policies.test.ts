import { synthesize } from '../../constructs';
import { find, workloads, type Policy } from './objects';

describe('network policies', () => {
  const OWN = {
    'app.kubernetes.io/part-of': 'backend-under-load',
    'app.kubernetes.io/instance': 'backend-under-load',
  };
  const policy = (name: string) => find<Policy>(synthesize(), 'NetworkPolicy', name).spec;
  const peer = (app: string) => ({
    podSelector: { matchLabels: expect.objectContaining({ 'app.kubernetes.io/name': app }) },
  });
  const everyRole = (component: string) => ({
    podSelector: { matchLabels: { ...OWN, 'app.kubernetes.io/component': component } },
  });

  test("allow only listed connections to the lab's own pods, and say nothing about others", () => {
    expect(policy('default-deny-ingress')).toEqual({
      podSelector: { matchLabels: OWN },
      policyTypes: ['Ingress'],
    });
    for (const { spec } of workloads(synthesize({ postgres: { pooler: { enabled: true } } }))) {
      expect(spec.template.metadata.labels).toMatchObject(OWN);
    }
  });

  test('allow only backends to reach the database', () => {
    expect(policy('postgres').ingress).toEqual([
      { from: [everyRole('api')], ports: [{ port: 5432, protocol: 'TCP' }] },
    ]);
  });

  test('let the database and the downstream call nothing, and the pooler only the database', () => {
    const objects = synthesize({ postgres: { pooler: { enabled: true } } });
    const { spec } = find<Policy>(objects, 'NetworkPolicy', 'pgbouncer');
    for (const name of ['postgres', 'downstream']) {
      expect(policy(name).policyTypes).toContain('Egress');
      expect(policy(name)).not.toHaveProperty('egress');
    }
    expect(spec.policyTypes).toContain('Egress');
    expect(spec.egress).toMatchObject([
      { to: [peer('postgres')], ports: [{ port: 5432 }] },
      { ports: [{ port: 53 }, { port: 53 }] },
    ]);
  });

  test('let each part of the bundled monitoring be reached only by its client, in any namespace', () => {
    for (const namespace of ['monitoring', 'load-testing']) {
      const objects = synthesize({ monitoring: { mode: 'bundled', namespace } });
      const reachedBy = (name: string) => {
        const { metadata, spec } = find<Policy>(objects, 'NetworkPolicy', name);
        expect(metadata.namespace).toBe(namespace);
        return spec.ingress;
      };
      expect(reachedBy('kube-state-metrics')).toMatchObject([
        { from: [peer('prometheus')], ports: [{ port: 8080 }] },
      ]);
      expect(reachedBy('prometheus')).toMatchObject([{ from: [peer('grafana')], ports: [{ port: 9090 }] }]);
      expect(reachedBy('grafana')).toMatchObject([{ ports: [{ port: 3000 }] }]);
    }
  });

  test('let the backend reach the downstream, the database and DNS, and nothing else', () => {
    expect(policy('backend').policyTypes).toContain('Egress');
    expect(policy('backend').egress).toEqual([
      { to: [peer('downstream')], ports: [{ port: 8080, protocol: 'TCP' }] },
      { to: [peer('postgres')], ports: [{ port: 5432, protocol: 'TCP' }] },
      {
        ports: [
          { port: 53, protocol: 'TCP' },
          { port: 53, protocol: 'UDP' },
        ],
      },
    ]);
  });
});
