import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { parseProps } from './props';
import type { LabProps } from './schema';

/** What tells the objects of one installation from those of another in the same namespace. */
export interface Installation {
  /** The label app.kubernetes.io/instance of every pod. */
  instance: string;
  /** The beginning of every object's name: empty, or for example "shop-". */
  namePrefix: string;
}

const GROUPS = [
  'namespace',
  'commonLabels',
  'podAnnotations',
  'imageRegistry',
  'imagePullSecrets',
  'priorityClassName',
  'topologySpreadConstraints',
  'revisionHistoryLimit',
  'nodeSelector',
  'tolerations',
  'affinity',
  'networkPolicies',
  'monitoring',
  'faults',
] as const;

/** Settings that hold for all parts of an installation. */
export type Shared = Installation & Pick<LabProps, (typeof GROUPS)[number]>;

const KEY = 'backend-under-load/shared';

/** Makes settings known to everything that will be added to `chart`. Must come before the first addition. */
export function share(chart: Chart, props: LabProps, installation: Installation): void {
  chart.node.setContext(KEY, { ...sharedOf(props), ...installation });
}

/** The settings of the LabChart around a construct. In any other chart, they have their defaults. */
export function sharedBy(construct: Construct): Shared {
  return (construct.node.tryGetContext(KEY) as Shared | undefined) ?? defaultsIn(Chart.of(construct));
}

function sharedOf(props: LabProps) {
  return Object.fromEntries(GROUPS.map((name) => [name, props[name]])) as Pick<
    LabProps,
    (typeof GROUPS)[number]
  >;
}

function defaultsIn({ node, namespace }: Chart): Shared {
  const props = parseProps(namespace === undefined ? {} : { namespace });
  return { ...sharedOf(props), instance: node.id, namePrefix: '' };
}
