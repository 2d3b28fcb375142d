import { imageVersion } from './values';

export const PROJECT = 'backend-under-load';

/** The role of each app in the system, for the label app.kubernetes.io/component. */
const COMPONENTS = {
  backend: 'api',
  downstream: 'dependency',
  postgres: 'database',
  pgbouncer: 'connection-pooler',
  prometheus: 'monitoring',
  'kube-state-metrics': 'monitoring',
  grafana: 'dashboards',
} as const;

export type AppName = keyof typeof COMPONENTS;

type Labels = Record<string, string>;

/** Labels of every object: enough to find them all, and to remove them. */
export const PROJECT_LABELS: Labels = {
  'app.kubernetes.io/part-of': PROJECT,
  'app.kubernetes.io/managed-by': 'cdk8s',
};

/**
 * Labels that select an app's pods. They hold nothing that changes with a release, because selectors are
 * immutable.
 */
export function selectorLabels(app: AppName): Labels {
  return { 'app.kubernetes.io/name': app, 'app.kubernetes.io/instance': PROJECT };
}

export function appLabels(app: AppName, image: string): Labels {
  return {
    app,
    ...selectorLabels(app),
    ...PROJECT_LABELS,
    'app.kubernetes.io/component': COMPONENTS[app],
    'app.kubernetes.io/version': imageVersion(image),
  };
}
