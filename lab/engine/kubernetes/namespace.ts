import type { KubeObject } from '../../../constructs/kube-object';
import { LabError } from '../../model/errors';
import { sleep } from '../../support/sleep';
import { isStatus, type KubeApi } from './api';
import { FOLDERS, labelledIn } from './folders';
import { type Namespace, RUN_LABEL } from './objects';

/** A run whose lease is older than this is dead. */
const LEASE_SECONDS = 40;
const RENEW_MS = 10_000;
const LEASE = 'backend-under-load';

/** Longest wait for a namespace that is being deleted, ms. An ordinary deletion takes a few seconds. */
const LEAVING_MS = 60_000;
const POLL_MS = 500;

/**
 * Kinds of objects of others that a namespace must not contain, because they could affect the lab or be
 * affected.
 */
const KINDS = [
  '/api/v1/namespaces/NS/pods',
  '/api/v1/namespaces/NS/services',
  '/api/v1/namespaces/NS/persistentvolumeclaims',
  '/apis/apps/v1/namespaces/NS/deployments',
  '/apis/apps/v1/namespaces/NS/statefulsets',
  '/apis/batch/v1/namespaces/NS/jobs',
];

/** A namespace that only this run uses until it is released. */
export interface NamespaceClaim {
  namespace: string;
  /** Whether the lab created the namespace. Then it also deletes it as a whole. */
  made: boolean;
  release(): void;
}

export interface ClaimOptions {
  signal?: AbortSignal;
  /** How to name another one. Default: -n. */
  flag?: string;
  /** Longest wait for the deletion of a namespace of this name, ms. */
  leavingMs?: number;
  /** Time between two renewals of the lease, ms. */
  renewMs?: number;
}

/**
 * Uses an existing empty namespace, which needs no right to create one, or creates it.
 * @throws LabError (usage) for a namespace that contains other objects or another run; (environment) for one
 * that is not there and may not be created, or whose deletion does not end.
 */
export async function claimNamespace(
  api: KubeApi,
  manifest: KubeObject,
  run: string,
  options: ClaimOptions = {},
): Promise<NamespaceClaim> {
  const namespace = manifest.metadata.name;
  const { flag = '-n' } = options;
  const known = await settledNamespace(api, namespace, { ...options, flag });
  const made = known !== 'there' && (await make(api, manifest, run, known, flag));
  try {
    if (!made) await refuseUnlessEmpty(api, namespace, flag);
    return { namespace, made, release: await holdLease(api, namespace, run, options.renewMs) };
  } catch (error) {
    if (made) await api.delete(namespacePath(namespace));
    throw error;
  }
}

/** Whether a namespace is there: unknown if the lab may not look. */
type Known = 'there' | 'missing' | 'unknown';

/** Looks for a namespace, and waits for the end of its deletion. */
async function settledNamespace(
  api: KubeApi,
  name: string,
  { signal, flag, leavingMs = LEAVING_MS }: ClaimOptions,
): Promise<Known> {
  const deadline = performance.now() + leavingMs;
  for (;;) {
    const found = await api.get<Namespace>(namespacePath(name)).catch((error: unknown) => {
      if (isStatus(error, 403)) return 'unknown' as const;
      throw error;
    });
    if (found === 'unknown') return found;
    if (!found) return 'missing';
    if (found.metadata.deletionTimestamp === undefined) return 'there';
    if (signal?.aborted) throw new LabError('interrupted', 'interrupted');
    if (performance.now() > deadline) {
      throw new LabError(
        `The namespace ${name} is being deleted, and still there after ${leavingMs / 1000} s: ${deletionOf(found)}`,
        'environment',
        `Resolve what the message names (\`kubectl get namespace ${name} -o yaml\` shows all of it), or choose another namespace with ${flag}.`,
      );
    }
    await sleep(POLL_MS, signal);
  }
}

/** @returns false if somebody else has created it meanwhile, or already had. */
async function make(
  api: KubeApi,
  manifest: KubeObject,
  run: string,
  known: Known,
  flag: string,
): Promise<boolean> {
  const { name, labels } = manifest.metadata;
  const metadata = { ...manifest.metadata, labels: { ...labels, [RUN_LABEL]: run } };
  try {
    await api.create({ ...manifest, metadata });
    return true;
  } catch (error) {
    if (isStatus(error, 409)) return false;
    if (!isStatus(error, 403)) throw error;
    // Somebody who may do nothing with namespaces may still have all rights in one.
    if (known === 'unknown') return false;
    throw new LabError(
      `There is no namespace ${name}, and the lab may not create it: ${error.message}`,
      'environment',
      `Name an existing, empty namespace with ${flag}, or ask somebody who may create one.`,
    );
  }
}

/** Why a namespace that is being deleted is still there, in the cluster's words. */
export function deletionOf({ status }: Namespace): string {
  const told = (status?.conditions ?? []).filter((one) => one.status === 'True' && one.message);
  return told.map(({ message }) => message).join('; ') || 'the cluster does not say why';
}

export function namespacePath(name: string): string {
  return `/api/v1/namespaces/${name}`;
}

async function refuseUnlessEmpty(api: KubeApi, namespace: string, flag: string): Promise<void> {
  const found = await leaseOf(api, namespace);
  if (found && isAlive(found)) {
    throw new LabError(
      `Another run (${found.spec.holderIdentity}) is using the namespace ${namespace}.`,
      'usage',
      `Wait until it ends, or choose another namespace with ${flag}.`,
    );
  }
  for (const path of KINDS) {
    const { items } = await api.list(path.replace('NS', namespace));
    const foreign = items.find(({ metadata }) => !metadata.labels?.[RUN_LABEL]);
    if (!foreign) continue;
    const what = path.slice(path.lastIndexOf('/') + 1, -1);
    throw new LabError(
      `The namespace ${namespace} contains objects that are not the lab's: ${what} ${foreign.metadata.name}.`,
      'usage',
      `Choose an empty or new namespace with ${flag}.`,
    );
  }
  await refuseLeftovers(api, namespace);
}

/** Before the lease of the dead run is replaced: afterwards, `lab clean` would not find the run. */
async function refuseLeftovers(api: KubeApi, namespace: string): Promise<void> {
  const folders = FOLDERS.filter((folder) => !folder.endsWith('/leases'));
  const all = folders.map((folder) => labelledIn(api, folder.replace('NS', namespace), RUN_LABEL));
  const [left] = (await Promise.all(all)).flat();
  if (!left) return;
  const [plural, name] = left.path.split('/').slice(-2) as [string, string];
  throw new LabError(
    `The namespace ${namespace} contains objects that a dead run left behind: ${plural.slice(0, -1)} ${name}.`,
    'usage',
    `Remove it with: npx lab clean --engine kubernetes -n ${namespace}`,
  );
}

export interface Lease extends KubeObject {
  spec: { holderIdentity: string; renewTime: string; leaseDurationSeconds: number };
}

export function isAlive({ spec }: Lease, now = Date.now()): boolean {
  return now - Date.parse(spec.renewTime) < spec.leaseDurationSeconds * 1000;
}

export function leasePath(namespace: string): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${LEASE}`;
}

export function leaseOf(api: KubeApi, namespace: string): Promise<Lease | undefined> {
  return api.get<Lease>(leasePath(namespace));
}

/** Tells other labs that this run is alive, until it is released. */
async function holdLease(
  api: KubeApi,
  namespace: string,
  run: string,
  renewMs = RENEW_MS,
): Promise<() => void> {
  const lease = (): Lease => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: LEASE, namespace, labels: { [RUN_LABEL]: run } },
    spec: {
      holderIdentity: run,
      renewTime: new Date().toISOString().replace('Z', '000Z'),
      leaseDurationSeconds: LEASE_SECONDS,
    },
  });
  await api.delete(leasePath(namespace));
  await api.create(lease());
  const timer = setInterval(() => {
    // A renewal may fail: several more follow before the lease ends. It also goes on while the run is taken
    // down, so it must not bring the lease back.
    const { spec } = lease();
    api.patch(leasePath(namespace), { spec }, { once: true }).catch(() => undefined);
  }, renewMs);
  return () => clearInterval(timer);
}
