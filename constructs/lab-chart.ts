import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Autoscaler } from './autoscaler';
import { Backend, mostBackendPods } from './backend';
import { DisruptionBudget } from './disruption-budget';
import { Downstream } from './downstream';
import { PROJECT_LABELS, type AppName } from './labels';
import { BundledMonitoring } from './monitoring/bundled';
import { Dashboards } from './monitoring/dashboards';
import { OperatorMonitoring } from './monitoring/operator';
import { LabNamespace } from './namespace';
import { NetworkPolicies } from './network-policies';
import { Optional } from './optional';
import { Pooler } from './pooler';
import { Postgres } from './postgres';
import type { LabProps } from './schema';
import { atLeast, chooseText, equals, not } from './values';

/** The whole system, in the order in which it is applied. */
export class LabChart extends Chart {
  constructor(scope: Construct, id: string, props: LabProps) {
    super(scope, id, {
      namespace: props.namespace,
      labels: { ...props.commonLabels, ...PROJECT_LABELS },
      disableResourceNameHashes: true,
    });
    const { networkPolicies, postgres, autoscaling } = props;
    new LabNamespace(this, 'namespace', props.namespace);
    new Optional(
      this,
      'reachability',
      networkPolicies.enabled,
      (scope) => new NetworkPolicies(scope, 'network-policies', props),
    );
    new Postgres(this, 'postgres', props);
    new Optional(this, 'pooling', postgres.pooler.enabled, (scope) => new Pooler(scope, 'pooler', props));
    new Downstream(this, 'downstream', props);
    new Backend(this, 'backend', props);
    new Optional(this, 'scaling', autoscaling.enabled, (scope) => new Autoscaler(scope, 'autoscaler', props));
    this.keepAvailable('backend', props.backend.image, mostBackendPods(props));
    this.keepAvailable('downstream', props.downstream.image, props.downstream.replicas);
    this.monitor(props);
    this.annotate(props.commonAnnotations);
  }

  private keepAvailable(app: AppName, image: string, mostPods: number): void {
    new Optional(
      this,
      `${app}-availability`,
      atLeast(mostPods, 2),
      (scope) => new DisruptionBudget(scope, 'disruption-budget', app, image),
    );
  }

  private monitor(props: LabProps): void {
    const { mode, namespace } = props.monitoring;
    const [operator, bundled] = [equals(mode, 'operator'), equals(mode, 'bundled')];
    new Optional(this, 'operator', operator, (scope) => new OperatorMonitoring(scope, 'monitoring', props));
    new Optional(this, 'bundled', bundled, (scope) => new BundledMonitoring(scope, 'monitoring', props));
    const home = chooseText(bundled, namespace, props.namespace);
    new Optional(
      this,
      'dashboards',
      not(equals(mode, 'none')),
      (scope) => new Dashboards(scope, 'all', home),
    );
  }

  private annotate(annotations: Record<string, string>): void {
    for (const object of this.node.findAll().filter((construct) => ApiObject.isApiObject(construct))) {
      for (const [key, value] of Object.entries(annotations)) object.metadata.addAnnotation(key, value);
    }
  }
}
