import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../../model/errors';
import { isStatus, Unanswered, unlessMissing, type KubeApi } from './api';
import { CLUSTER_FOLDERS, FOLDERS, labelledIn, type Found } from './folders';
import { deletionOf, isAlive, leaseOf, namespacePath, type Lease, type NamespaceClaim } from './namespace';
import { type Namespace, RUN_LABEL } from './objects';

/** Short, because the whole system is thrown away and nobody waits for its answers. */
const GRACE_SECONDS = 1;
const DEADLINE_MS = 90_000;
const POLL_MS = 500;

/**
 * Removes everything that a run created in a namespace and outside of all namespaces, and the namespace itself
 * if the run created it. Resolves when everything is gone.
 * @param deadlineMs longest wait for the cluster to remove it, ms.
 * @throws LabError (environment) that names what is still there then, or when the API server does not answer.
 */
export async function takeDown(
  api: KubeApi,
  namespace: string,
  run: string,
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  await remove(api, namespace, run, deadlineMs).catch((error: unknown) => {
    if (!(error instanceof Unanswered)) throw error;
    throw new LabError(
      `What run ${run} created is still there, in the namespace ${namespace}. ${error.message}`,
      'environment',
      `When it answers again, run: npx lab clean --engine kubernetes -n ${namespace}`,
    );
  });
}

/**
 * Takes down what a run created in all its namespaces, and then gives them up.
 * @throws LabError (environment) that names what is still there.
 */
export async function releaseAll(api: KubeApi, claims: NamespaceClaim[], run: string): Promise<void> {
  const all = claims.map(async ({ namespace, release }) => {
    try {
      await takeDown(api, namespace, run);
    } finally {
      release();
    }
  });
  const failed = (await Promise.allSettled(all)).find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
}

async function remove(api: KubeApi, namespace: string, run: string, deadlineMs: number): Promise<void> {
  const path = namespacePath(namespace);
  const found = await api.get(path).catch((error: unknown) => {
    if (isStatus(error, 403)) return undefined;
    throw error;
  });
  // These first: while the namespace or its lease is there, `lab clean` finds the run.
  await removeByLabel(api, CLUSTER_FOLDERS, run, deadlineMs);
  if (found?.metadata.labels?.[RUN_LABEL] === run) await removeNamespace(api, namespace, deadlineMs);
  else {
    const folders = FOLDERS.map((folder) => folder.replace('NS', namespace));
    await removeByLabel(api, folders, run, deadlineMs);
  }
}

async function removeNamespace(api: KubeApi, name: string, deadlineMs: number): Promise<void> {
  const path = namespacePath(name);
  await api.delete(path);
  // From now on, the cluster creates nothing new in the namespace.
  await hurryPods(api, path, undefined);
  await gone(async () => {
    const found = await api.get<Namespace>(path);
    return found ? [`the namespace ${name}: ${deletionOf(found)}`] : [];
  }, deadlineMs);
}

async function removeByLabel(
  api: KubeApi,
  folders: string[],
  run: string,
  deadlineMs: number,
): Promise<void> {
  const find = (folder: string) => labelledIn(api, folder, `${RUN_LABEL}=${run}`);
  for (const folder of folders) {
    const grace = folder.endsWith('/pods') ? { gracePeriodSeconds: GRACE_SECONDS } : {};
    for (const { path } of await find(folder))
      await api.delete(path, { propagationPolicy: 'Background', ...grace });
  }
  await gone(async () => (await Promise.all(folders.map(find))).flat().map(described), deadlineMs);
}

function described({ path, finalizers }: Found): string {
  return finalizers.length > 0 ? `${path} (finalizers: ${finalizers.join(', ')})` : path;
}

async function hurryPods(api: KubeApi, path: string, labelSelector: string | undefined): Promise<void> {
  const pods = await api.list(`${path}/pods`, { labelSelector }).catch(unlessMissing);
  for (const { metadata } of pods?.items ?? []) {
    await api.delete(`${path}/pods/${metadata.name}`, { gracePeriodSeconds: GRACE_SECONDS });
  }
}

async function gone(left: () => Promise<string[]>, deadlineMs: number): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const still = await left();
    if (still.length === 0) return;
    if (performance.now() > deadline) {
      throw new LabError(
        `${deadlineMs / 1000} s after its deletion, this is still there: ${still.slice(0, 5).join(', ')}`,
        'environment',
        'The cluster may still be removing it. Resolve what the message names, or try again later with `npx lab clean --engine kubernetes`.',
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
 * @param home where to look instead of everywhere, without that right.
 */
export async function removeStaleFromCluster(
  api: KubeApi,
  namespace?: string,
  home?: string,
): Promise<TakenDown[]> {
  const leases = namespace ? [await leaseOf(api, namespace)] : await allLeases(api, home);
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

async function allLeases(api: KubeApi, home: string | undefined): Promise<(Lease | undefined)[]> {
  const path = '/apis/coordination.k8s.io/v1/leases';
  try {
    return (await api.list<Lease>(path, { labelSelector: RUN_LABEL })).items;
  } catch (error) {
    if (!isStatus(error, 403)) throw error;
    if (home !== undefined) return [await leaseOf(api, home)];
    throw new LabError(
      `The lab may not search all namespaces: ${error.message}`,
      'environment',
      'Name one with -n.',
    );
  }
}
