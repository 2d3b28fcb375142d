import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { AppService } from '../app-service';
import { appLabels, selectorLabels } from '../labels';
import { AppPolicy, tcp } from '../network-policies';
import { placed, podTemplate, type Pod } from '../pod';
import { sharedBy } from '../shared';

export interface ToolProps extends Pod {
  port: { name: string; number: number };
  /** The only pods that may connect to it. `kubectl port-forward` does not come over the network. */
  reachedBy: k8s.NetworkPolicyPeer;
}

/** A program of the bundled monitoring: a Deployment of one pod in its namespace, and its Service. */
export class Tool extends Construct {
  constructor(scope: Construct, id: string, { reachedBy, ...pod }: ToolProps) {
    super(scope, id);
    const { identity, image, port } = pod;
    const shared = sharedBy(this);
    const { namespace } = shared.monitoring;
    const deployment = k8s.KubeDeployment.manifest({
      metadata: { name: identity.objectName, namespace, labels: appLabels(identity, image) },
      spec: {
        replicas: 1,
        revisionHistoryLimit: shared.revisionHistoryLimit,
        selector: { matchLabels: selectorLabels(identity) },
        strategy: { type: 'Recreate' },
        template: podTemplate(shared, pod),
      },
    });
    new ApiObject(this, 'deployment', placed(deployment, shared));
    new AppService(this, 'service', { identity, image, port, namespace });
    new AppPolicy(this, 'reachability', {
      identity,
      ingress: [{ from: [reachedBy], ports: [tcp(port.number)] }],
      egress: 'anything',
      namespace,
    });
  }
}

/** Ready as soon as it answers, and restarted when it no longer does. */
export function httpProbes(path: string): Pod['probes'] {
  const probe = (timing: Omit<k8s.Probe, 'httpGet'>): k8s.Probe => ({
    httpGet: { path, port: k8s.IntOrString.fromString('http'), scheme: 'HTTP' },
    ...timing,
  });
  return {
    startupProbe: probe({ periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 60 }),
    readinessProbe: probe({ periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 }),
    livenessProbe: probe({ periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 }),
  };
}

/** A ServiceAccount, and what it may do in the namespace of the lab. */
export class LabReader extends Construct {
  constructor(scope: Construct, id: string, name: string, rules: k8s.PolicyRule[]) {
    super(scope, id);
    const { namespace } = sharedBy(this).monitoring;
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: { name, namespace },
      automountServiceAccountToken: false, // pods ask for it themselves
    });
    new k8s.KubeRole(this, 'role', { metadata: { name }, rules });
    new k8s.KubeRoleBinding(this, 'binding', {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    });
  }
}
