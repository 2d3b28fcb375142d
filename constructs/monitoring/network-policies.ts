import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { AppName } from '../labels';
import { ANY_POD, podsOf, tcp } from '../network-policies';
import { GRAFANA_PORT } from './grafana';
import { STATE_METRICS_PORT } from './kube-state-metrics';
import { PROMETHEUS_PORT } from './prometheus';

/**
 * Who may reach the programs of the bundled monitoring. Other pods, which may share the namespace, are not
 * affected. `kubectl port-forward` still works, because it does not come over the network.
 */
export class MonitoringPolicies extends Construct {
  constructor(scope: Construct, id: string, namespace: string) {
    super(scope, id);
    const reached = (app: AppName, port: number, from: k8s.NetworkPolicyPeer) =>
      new k8s.KubeNetworkPolicy(this, app, {
        metadata: { name: app, namespace },
        spec: {
          podSelector: podsOf(app),
          policyTypes: ['Ingress'],
          ingress: [{ from: [from], ports: [tcp(port)] }],
        },
      });
    reached('kube-state-metrics', STATE_METRICS_PORT, { podSelector: podsOf('prometheus') });
    reached('prometheus', PROMETHEUS_PORT, { podSelector: podsOf('grafana') });
    reached('grafana', GRAFANA_PORT, ANY_POD);
  }
}
