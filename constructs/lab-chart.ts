import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Backend } from './backend';
import { Downstream } from './downstream';
import { refuseDuplicates } from './duplicates';
import { requireHandles, type Handle } from './group-props';
import { PROJECT, PROJECT_LABELS } from './labels';
import { BundledMonitoring } from './monitoring/bundled';
import { Dashboards } from './monitoring/dashboards';
import { OperatorMonitoring } from './monitoring/operator';
import { LabNamespace } from './namespace';
import { DenyByDefault } from './network-policies';
import { Optional } from './optional';
import { expressionOf } from './placeholder';
import { Postgres } from './postgres';
import { parseProps, type LabProps, type LabPropsInput } from './props';
import { share, type Installation } from './shared';
import { chooseText, equals, not } from './values';

const INSTALLATION: Handle = ['{instance, namePrefix}', 'instance', 'namePrefix'];

/**
 * The whole system, in the order in which it is applied. What is added to the chart, for example another
 * Backend, shares its settings for all pods.
 */
export class LabChart extends Chart {
  readonly postgres: Postgres;
  readonly downstream: Downstream;
  readonly backend: Backend;

  private readonly commonAnnotations: Record<string, string>;

  /** @throws PropsError listing every problem of the settings. */
  constructor(
    scope: Construct,
    id: string,
    input: LabPropsInput = {},
    installation: Installation = { instance: PROJECT, namePrefix: '' },
  ) {
    const props = complete(input);
    super(scope, id, {
      namespace: props.namespace,
      labels: { ...props.commonLabels, ...PROJECT_LABELS },
      disableResourceNameHashes: true,
    });
    requireHandles(this, { installation }, { installation: INSTALLATION });
    share(this, props, installation);
    this.commonAnnotations = props.commonAnnotations;
    new LabNamespace(this, 'namespace', props.namespace);
    new DenyByDefault(this, 'reachability');
    this.postgres = new Postgres(this, 'postgres', props.postgres);
    this.downstream = new Downstream(this, 'downstream', props.downstream);
    this.backend = new Backend(this, 'backend', {
      ...props.backend,
      database: this.postgres.address,
      downstream: this.downstream.address,
      autoscaling: props.autoscaling,
    });
    this.monitor(props);
    this.annotate();
    refuseDuplicates(this);
  }

  /** Sets the common annotations on every object, also on those that were added later. */
  annotate(): void {
    for (const object of objectsOf(this)) {
      const { annotations = {} } = object.metadata.toJson() as { annotations?: object };
      for (const [key, value] of Object.entries(this.commonAnnotations)) {
        if (!Object.hasOwn(annotations, key)) object.metadata.addAnnotation(key, value);
      }
    }
  }

  private monitor(props: LabProps): void {
    const { mode, namespace } = props.monitoring;
    const [operator, bundled] = [equals(mode, 'operator'), equals(mode, 'bundled')];
    new Optional(this, 'operator', operator, (scope) => new OperatorMonitoring(scope, 'monitoring'));
    new Optional(this, 'bundled', bundled, (scope) => new BundledMonitoring(scope, 'monitoring'));
    const home = chooseText(bundled, namespace, props.namespace);
    new Optional(
      this,
      'dashboards',
      not(equals(mode, 'none')),
      (scope) => new Dashboards(scope, 'all', home),
    );
  }
}

/** @param input anything, from callers whose compiler does not check it. */
function complete(input: LabPropsInput | null): LabProps {
  return expressionOf(input?.namespace) ? (input as LabProps) : parseProps(input as LabPropsInput);
}

function objectsOf(chart: Chart): ApiObject[] {
  return chart.node.findAll().filter((construct) => ApiObject.isApiObject(construct));
}
