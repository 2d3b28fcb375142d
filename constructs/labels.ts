import type { Construct } from 'constructs';
import { PropsError } from './props-error';
import type { LabProps } from './schema';
import { sharedBy } from './shared';
import { imageVersion } from './values';

export const PROJECT = 'backend-under-load';

/** The role of an app in the system, for the label app.kubernetes.io/component. */
export type Component =
  'api' | 'dependency' | 'database' | 'connection-pooler' | 'monitoring' | 'dashboards' | 'test';

/** The image of a container, as settings name it. */
export type Image = LabProps['backend']['image'];

/** One program of an installation, as names, labels and selectors know it. */
export interface Identity {
  /** Unique in its installation: name of the container, and the label app.kubernetes.io/name. */
  app: string;
  component: Component;
  /** The label app.kubernetes.io/instance. */
  instance: string;
  /** The name of the app's objects. */
  objectName: string;
}

type Labels = Record<string, string>;

/** Labels of every object: enough to find them all, and to remove them. */
export const PROJECT_LABELS: Labels = {
  'app.kubernetes.io/part-of': PROJECT,
  'app.kubernetes.io/managed-by': 'cdk8s',
};

/** What the API server demands of the name of a Service, which is also a label. */
const SERVICE_NAME = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** @throws PropsError if `app`, the id of a construct, cannot be the name of its objects. */
export function identify(construct: Construct, app: string, component: Component): Identity {
  if (!SERVICE_NAME.test(app)) {
    throw new PropsError([
      `${construct.node.path}: the id '${app}' cannot be the name of a Service; allowed 1..63 lower-case letters, digits and '-', a letter first and a letter or digit last`,
    ]);
  }
  const { instance, namePrefix } = sharedBy(construct);
  return { app, component, instance, objectName: `${namePrefix}${app}` };
}

/**
 * Labels that select an app's pods. They hold nothing that changes with a release, because selectors are
 * immutable.
 */
export function selectorLabels({ app, instance }: Identity): Labels {
  return { 'app.kubernetes.io/name': app, 'app.kubernetes.io/instance': instance };
}

/** Labels of every pod of an installation, or of those with one role in it. */
export function installationLabels(instance: string, component?: string): Labels {
  return {
    'app.kubernetes.io/part-of': PROJECT,
    'app.kubernetes.io/instance': instance,
    ...(component !== undefined && { 'app.kubernetes.io/component': component }),
  };
}

export function appLabels(identity: Identity, image: Image): Labels {
  return {
    app: identity.app,
    ...selectorLabels(identity),
    ...PROJECT_LABELS,
    'app.kubernetes.io/component': identity.component,
    'app.kubernetes.io/version': imageVersion(image.tag),
  };
}
