import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { selectorLabels, type AppName } from './labels';
import type { LabProps } from './schema';

/** Pods of every namespace: load generators and Prometheus run where they like. */
const ANY_POD: k8s.NetworkPolicyPeer = { namespaceSelector: {} };

/** Nothing in the namespace is reachable, except along the paths that the lessons need. */
export class NetworkPolicies extends Construct {
  constructor(scope: Construct, id: string, { backend, downstream, postgres }: LabProps) {
    super(scope, id);
    this.add('default-deny-ingress', { podSelector: {}, policyTypes: ['Ingress'] });
    this.add('backend', {
      podSelector: podsOf('backend'),
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [ANY_POD], ports: [tcp(backend.port)] }],
      egress: [
        { to: [{ podSelector: podsOf('downstream') }], ports: [tcp(downstream.port)] },
        { to: [{ podSelector: podsOf('postgres') }], ports: [tcp(postgres.port)] },
        { ports: [tcp(53), { protocol: 'UDP', port: k8s.IntOrString.fromNumber(53) }] }, // DNS, also of node caches
      ],
    });
    this.add('downstream', {
      podSelector: podsOf('downstream'),
      policyTypes: ['Ingress'],
      // From anywhere, not from the backend alone: calls and metrics share a port, and a policy sees no paths.
      ingress: [{ from: [ANY_POD], ports: [tcp(downstream.port)] }],
    });
    this.add('postgres', {
      podSelector: podsOf('postgres'),
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: podsOf('backend') }], ports: [tcp(postgres.port)] }],
    });
  }

  private add(name: string, spec: k8s.NetworkPolicySpec): void {
    new k8s.KubeNetworkPolicy(this, name, { metadata: { name }, spec });
  }
}

function podsOf(app: AppName): k8s.LabelSelector {
  return { matchLabels: selectorLabels(app) };
}

function tcp(port: number): k8s.NetworkPolicyPort {
  return { protocol: 'TCP', port: k8s.IntOrString.fromNumber(port) };
}
