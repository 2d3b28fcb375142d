import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { selectorLabels, type AppName } from './labels';
import { Optional } from './optional';
import type { LabProps } from './schema';
import { choose } from './values';

/** Pods of every namespace, because load generators and Prometheus may run anywhere. */
export const ANY_POD: k8s.NetworkPolicyPeer = { namespaceSelector: {} };

/** DNS at any address, because some nodes have their own caches. */
const DNS: k8s.NetworkPolicyEgressRule = {
  ports: [tcp(53), { protocol: 'UDP', port: k8s.IntOrString.fromNumber(53) }],
};

/** Nothing in the namespace is reachable, except along the paths that the lessons need. */
export class NetworkPolicies extends Construct {
  constructor(scope: Construct, id: string, { backend, downstream, postgres }: LabProps) {
    super(scope, id);
    const { pooler } = postgres;
    const database = {
      app: choose<AppName>(pooler.enabled, 'pgbouncer', 'postgres'),
      port: choose(pooler.enabled, pooler.port, postgres.port),
    };
    this.add('default-deny-ingress', { podSelector: {}, policyTypes: ['Ingress'] });
    this.add('backend', {
      podSelector: podsOf('backend'),
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [ANY_POD], ports: [tcp(backend.port)] }],
      egress: [
        { to: [{ podSelector: podsOf('downstream') }], ports: [tcp(downstream.port)] },
        { to: [{ podSelector: podsOf(database.app) }], ports: [tcp(database.port)] },
        DNS,
      ],
    });
    this.add('downstream', {
      podSelector: podsOf('downstream'),
      policyTypes: ['Ingress', 'Egress'], // it calls nobody
      // From anywhere, not from the backend alone: calls and metrics share a port, and policies do not see
      // paths.
      ingress: [{ from: [ANY_POD], ports: [tcp(downstream.port)] }],
    });
    this.add('postgres', {
      podSelector: podsOf('postgres'),
      policyTypes: ['Ingress', 'Egress'], // it calls nobody
      ingress: [
        {
          from: [{ podSelector: podsOf(choose<AppName>(pooler.enabled, 'pgbouncer', 'backend')) }],
          ports: [tcp(postgres.port)],
        },
      ],
    });
    new Optional(this, 'pooling', pooler.enabled, (within) => {
      this.add(
        'pgbouncer',
        {
          podSelector: podsOf('pgbouncer'),
          policyTypes: ['Ingress', 'Egress'],
          ingress: [{ from: [{ podSelector: podsOf('backend') }], ports: [tcp(pooler.port)] }],
          egress: [{ to: [{ podSelector: podsOf('postgres') }], ports: [tcp(postgres.port)] }, DNS],
        },
        within,
      );
    });
  }

  private add(name: string, spec: k8s.NetworkPolicySpec, scope: Construct = this): void {
    new k8s.KubeNetworkPolicy(scope, name, { metadata: { name }, spec });
  }
}

export function podsOf(app: AppName): k8s.LabelSelector {
  return { matchLabels: selectorLabels(app) };
}

export function tcp(port: number): k8s.NetworkPolicyPort {
  return { protocol: 'TCP', port: k8s.IntOrString.fromNumber(port) };
}
