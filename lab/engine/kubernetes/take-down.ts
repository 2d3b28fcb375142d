import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../../model/errors';
import { isStatus, Unanswered, unlessMissing, type KubeApi } from './api';
import { isAlive, leaseOf, type Lease } from './namespace';
import { RUN_LABEL } from './objects';

/**
 * Owners come before the objects they own, so nothing is recreated. The lease comes last: it keeps other runs
 * away.
 */
const FOLDERS = [
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
  '/api/v1/namespaces/NS/serviceaccounts',
  '/apis/networking.k8s.io/v1/namespaces/NS/networkpolicies',
  '/apis/networking.k8s.io/v1/namespaces/NS/ingresses',
  '/apis/gateway.networking.k8s.io/v1/namespaces/NS/httproutes',
  '/apis/policy/v1/namespaces/NS/poddisruptionbudgets',
  '/apis/monitoring.coreos.com/v1/namespaces/NS/servicemonitors',
  '/apis/monitoring.coreos.com/v1/namespaces/NS/prometheusrules',
  '/apis/coordination.k8s.io/v1/namespaces/NS/leases',
];
/** Short, because the whole system is thrown away and nobody waits for its answers. */
const GRACE_SECONDS = 1;
const DEADLINE_MS = 90_000;
const POLL_MS = 500;

/**
 * Removes everything that a run created in a namespace, and the namespace itself if the run created it.
 * Resolves when everything is gone.
 * @throws LabError (environment) that names what is still there after 90 s, or when the API server does not
 * answer.
 */
export async function takeDown(api: KubeApi, namespace: string, run: string): Promise<void> {
  await remove(api, namespace, run).catch((error: unknown) => {
    if (!(error instanceof Unanswered)) throw error;
    throw new LabError(
      `What run ${run} created is still there, in the namespace ${namespace}. ${error.message}`,
      'environment',
      `When it answers again, run: npx lab clean --engine kubernetes -n ${namespace}`,
    );
  });
}

async function remove(api: KubeApi, namespace: string, run: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}`;
  const found = await api.get(path).catch((error: unknown) => {
    if (isStatus(error, 403)) return undefined;
    throw error;
  });
  if (found?.metadata.labels?.[RUN_LABEL] === run) await removeNamespace(api, path);
  else await removeByLabel(api, namespace, run);
}

async function removeNamespace(api: KubeApi, path: string): Promise<void> {
  await api.delete(path);
  // From now on, the cluster creates nothing new in the namespace.
  await hurryPods(api, path, undefined);
  await gone(`the namespace ${path}`, async () => ((await api.get(path)) ? [path] : []));
}

async function removeByLabel(api: KubeApi, namespace: string, run: string): Promise<void> {
  const labelSelector = `${RUN_LABEL}=${run}`;
  const find = async (folder: string): Promise<string[]> => {
    const path = folder.replace('NS', namespace);
    const all = await api.list(path, { labelSelector }).catch((error: unknown) => {
      if (!isStatus(error, 403)) return unlessMissing(error);
      return undefined; // objects that may not be listed were not created either
    });
    return (all?.items ?? []).map(({ metadata }) => `${path}/${metadata.name}`);
  };
  const findAll = async () => (await Promise.all(FOLDERS.map(find))).flat();
  for (const folder of FOLDERS) {
    const grace = folder.endsWith('/pods') ? { gracePeriodSeconds: GRACE_SECONDS } : {};
    for (const path of await find(folder))
      await api.delete(path, { propagationPolicy: 'Background', ...grace });
  }
  await gone(`what run ${run} created in ${namespace}`, findAll);
}

async function hurryPods(api: KubeApi, path: string, labelSelector: string | undefined): Promise<void> {
  const pods = await api.list(`${path}/pods`, { labelSelector }).catch(unlessMissing);
  for (const { metadata } of pods?.items ?? []) {
    await api.delete(`${path}/pods/${metadata.name}`, { gracePeriodSeconds: GRACE_SECONDS });
  }
}

async function gone(what: string, left: () => Promise<string[]>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const still = await left();
    if (still.length === 0) return;
    if (performance.now() > deadline) {
      throw new LabError(
        `After ${DEADLINE_MS / 1000} s ${what} is still there: ${still.slice(0, 5).join(', ')}.`,
        'environment',
        'The cluster may still be removing it. Try again later with `npx lab clean --engine kubernetes`.',
      );
    }
    await sleep(POLL_MS);
  }
}

export interface TakenDown {
  namespace: string;
  run: string;
  /** False for a run that is still alive: it is left alone. */
  removed: boolean;
}

/**
 * Removes what dead runs left behind.
 * @param namespace where to look. Default: everywhere, which needs the right to list leases in all
 * namespaces.
 */
export async function removeStaleFromCluster(api: KubeApi, namespace?: string): Promise<TakenDown[]> {
  const leases = namespace ? [await leaseOf(api, namespace)] : await allLeases(api);
  const runs: TakenDown[] = [];
  for (const lease of leases) {
    if (!lease) continue;
    const found = { namespace: lease.metadata.namespace!, run: lease.spec.holderIdentity };
    const removed = !isAlive(lease);
    if (removed) await takeDown(api, found.namespace, found.run);
    runs.push({ ...found, removed });
  }
  return runs;
}

async function allLeases(api: KubeApi): Promise<Lease[]> {
  const path = '/apis/coordination.k8s.io/v1/leases';
  try {
    return (await api.list<Lease>(path, { labelSelector: RUN_LABEL })).items;
  } catch (error) {
    if (!isStatus(error, 403)) throw error;
    throw new LabError(
      `The lab may not search all namespaces: ${error.message}`,
      'environment',
      'Name one with -n.',
    );
  }
}
