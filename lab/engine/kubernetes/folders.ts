import type { KubeObject } from '../../../constructs/kube-object';
import { isStatus, unlessMissing, type KubeApi } from './api';

/**
 * Owners come before the objects they own, so nothing is recreated. The lease comes last: it keeps other runs
 * away.
 */
export const FOLDERS = [
  '/apis/k6.io/v1alpha1/namespaces/NS/testruns',
  '/apis/autoscaling/v2/namespaces/NS/horizontalpodautoscalers',
  '/apis/batch/v1/namespaces/NS/jobs',
  '/apis/apps/v1/namespaces/NS/deployments',
  '/apis/apps/v1/namespaces/NS/statefulsets',
  '/api/v1/namespaces/NS/pods',
  '/api/v1/namespaces/NS/services',
  '/api/v1/namespaces/NS/persistentvolumeclaims',
  '/api/v1/namespaces/NS/configmaps',
  '/api/v1/namespaces/NS/secrets',
  '/apis/networking.k8s.io/v1/namespaces/NS/networkpolicies',
  '/apis/networking.k8s.io/v1/namespaces/NS/ingresses',
  '/apis/gateway.networking.k8s.io/v1/namespaces/NS/httproutes',
  '/apis/policy/v1/namespaces/NS/poddisruptionbudgets',
  '/apis/rbac.authorization.k8s.io/v1/namespaces/NS/rolebindings',
  '/apis/rbac.authorization.k8s.io/v1/namespaces/NS/roles',
  '/api/v1/namespaces/NS/serviceaccounts',
  '/apis/monitoring.coreos.com/v1/namespaces/NS/servicemonitors',
  '/apis/monitoring.coreos.com/v1/namespaces/NS/prometheusrules',
  '/apis/coordination.k8s.io/v1/namespaces/NS/leases',
];
/** What a run creates outside of any namespace, besides the namespaces themselves. */
export const CLUSTER_FOLDERS = [
  '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  '/apis/rbac.authorization.k8s.io/v1/clusterroles',
];

export interface Found {
  path: string;
  /** Who must agree before it goes. */
  finalizers: string[];
}

interface Finalized extends KubeObject {
  metadata: KubeObject['metadata'] & { finalizers?: string[] };
}

/** The objects of a folder that have a label. What the lab may not list, it has not created either. */
export async function labelledIn(api: KubeApi, folder: string, labelSelector: string): Promise<Found[]> {
  const all = await api.list<Finalized>(folder, { labelSelector }).catch((error: unknown) => {
    return isStatus(error, 403) ? undefined : unlessMissing(error);
  });
  return (all?.items ?? []).map(({ metadata: { name, finalizers = [] } }) => ({
    path: `${folder}/${name}`,
    finalizers,
  }));
}
