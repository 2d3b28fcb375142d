import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Autoscaler } from './autoscaler';
import { Backend, mostBackendPods } from './backend';
import { DisruptionBudget } from './disruption-budget';
import { Downstream } from './downstream';
import { PROJECT_LABELS } from './labels';
import { Monitoring } from './monitoring';
import { LabNamespace } from './namespace';
import { NetworkPolicies } from './network-policies';
import { Postgres } from './postgres';
import type { LabProps } from './schema';

/** The whole system, in the order in which it is applied. */
export class LabChart extends Chart {
  constructor(scope: Construct, id: string, props: LabProps) {
    super(scope, id, { namespace: props.namespace, labels: PROJECT_LABELS, disableResourceNameHashes: true });
    new LabNamespace(this, 'namespace', props.namespace);
    if (props.networkPolicies.enabled) new NetworkPolicies(this, 'network-policies', props);
    new Postgres(this, 'postgres', props);
    new Downstream(this, 'downstream', props);
    new Backend(this, 'backend', props);
    if (props.autoscaling.enabled) new Autoscaler(this, 'autoscaler', props);
    if (mostBackendPods(props) >= 2) new DisruptionBudget(this, 'disruption-budget', props);
    if (props.monitoring.mode === 'operator') new Monitoring(this, 'monitoring', props);
  }
}
