import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Backend } from './backend';
import { Downstream } from './downstream';
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
    this.node.addValidation({ validate: () => duplicates(this) });
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

function complete(input: LabPropsInput): LabProps {
  return expressionOf(input.namespace) ? (input as LabProps) : parseProps(input);
}

function objectsOf(chart: Chart): ApiObject[] {
  return chart.node.findAll().filter((construct) => ApiObject.isApiObject(construct));
}

/** One line for each object that has the kind and name of an earlier one. */
function duplicates(chart: Chart): string[] {
  const first = new Map<string, ApiObject>();
  return objectsOf(chart).flatMap((object) => {
    const title = `${object.kind}/${object.name}`;
    const key = `${title} in ${object.metadata.namespace}`;
    const earlier = first.get(key);
    if (!earlier) first.set(key, object);
    return earlier
      ? [
          `${object.node.path}: ${earlier.node.path} is already called ${title}; give one of the constructs another id`,
        ]
      : [];
  });
}
