import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { IDENTITY, requireHandles } from './group-props';
import { installationLabels, selectorLabels, type Identity } from './labels';
import { Optional } from './optional';
import { sharedBy } from './shared';

/** Pods of every namespace, because load generators and Prometheus may run anywhere. */
export const ANY_POD: k8s.NetworkPolicyPeer = { namespaceSelector: {} };

/** DNS at any address, because some nodes have their own caches. */
export const DNS: k8s.NetworkPolicyEgressRule = {
  ports: [tcp(53), { protocol: 'UDP', port: k8s.IntOrString.fromNumber(53) }],
};

/**
 * Lets nobody connect to the pods of an installation, except along the paths that each app's own policy
 * allows. Other pods of the namespace are not affected.
 */
export class DenyByDefault extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { networkPolicies, namePrefix, instance } = sharedBy(this);
    new Optional(this, 'enabled', networkPolicies.enabled, (within) => {
      new k8s.KubeNetworkPolicy(within, 'policy', {
        metadata: { name: `${namePrefix}default-deny-ingress` },
        spec: { podSelector: { matchLabels: installationLabels(instance) }, policyTypes: ['Ingress'] },
      });
    });
  }
}

export interface AppPolicyProps {
  identity: Identity;
  ingress: k8s.NetworkPolicyIngressRule[];
  /** What its pods may call: nothing by default. */
  egress?: k8s.NetworkPolicyEgressRule[] | 'anything';
  /** Default: the namespace of the chart. */
  namespace?: string;
}

/** Who may connect to an app's pods, and to whom they may connect. */
export class AppPolicy extends Construct {
  /** @throws PropsError naming each property that is missing. */
  constructor(scope: Construct, id: string, props: AppPolicyProps) {
    super(scope, id);
    requireHandles(this, props, { identity: IDENTITY, ingress: ['a list of rules, empty for none'] });
    const { identity, ingress, egress, namespace } = props;
    const isFree = egress === 'anything';
    new Optional(this, 'enabled', sharedBy(this).networkPolicies.enabled, (within) => {
      new k8s.KubeNetworkPolicy(within, 'policy', {
        metadata: { name: identity.objectName, ...(namespace !== undefined && { namespace }) },
        spec: {
          podSelector: podsOf(identity),
          policyTypes: isFree ? ['Ingress'] : ['Ingress', 'Egress'],
          ingress,
          ...(!isFree && egress && { egress }),
        },
      });
    });
  }
}

export function podsOf(identity: Identity): k8s.LabelSelector {
  return { matchLabels: selectorLabels(identity) };
}

export function tcp(port: number): k8s.NetworkPolicyPort {
  return { protocol: 'TCP', port: k8s.IntOrString.fromNumber(port) };
}
