import { Construct } from 'constructs';
import { LabNamespace } from '../namespace';
import { Optional } from '../optional';
import type { LabProps } from '../schema';
import { equals, not } from '../values';
import { Grafana } from './grafana';
import { KubeStateMetrics } from './kube-state-metrics';
import { MonitoringPolicies } from './network-policies';
import { Prometheus } from './prometheus';

/** For clusters without any monitoring: a small one, in its own namespace. */
export class BundledMonitoring extends Construct {
  constructor(scope: Construct, id: string, props: LabProps) {
    super(scope, id);
    const { namespace } = props.monitoring;
    const isOwn = not(equals(namespace, props.namespace));
    new Optional(this, 'home', isOwn, (home) => new LabNamespace(home, 'namespace', namespace));
    new KubeStateMetrics(this, 'kube-state-metrics', props);
    new Prometheus(this, 'prometheus', props);
    new Grafana(this, 'grafana', props);
    new Optional(
      this,
      'reachability',
      props.networkPolicies.enabled,
      (scope) => new MonitoringPolicies(scope, 'network-policies', namespace),
    );
  }
}
