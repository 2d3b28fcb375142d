import { Construct } from 'constructs';
import { LabNamespace } from '../namespace';
import { Optional } from '../optional';
import { sharedBy } from '../shared';
import { equals, not } from '../values';
import { Grafana } from './grafana';
import { KubeStateMetrics } from './kube-state-metrics';
import { Prometheus } from './prometheus';

/** For clusters without any monitoring: a small one, in its own namespace. */
export class BundledMonitoring extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { namespace, monitoring } = sharedBy(this);
    const isOwn = not(equals(monitoring.namespace, namespace));
    new Optional(this, 'home', isOwn, (home) => new LabNamespace(home, 'namespace', monitoring.namespace));
    new KubeStateMetrics(this, 'kube-state-metrics');
    new Prometheus(this, 'prometheus');
    new Grafana(this, 'grafana');
  }
}
