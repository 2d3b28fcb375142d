import type { KubeObject } from '../../../constructs/kube-object';
import { LabError } from '../../model/errors';
import { isStatus, type KubeApi } from './api';
import { RUN_LABEL } from './objects';

/** A run whose lease is older than this is dead. */
const LEASE_SECONDS = 40;
const RENEW_MS = 10_000;
const LEASE = 'backend-under-load';

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

/**
 * Creates the namespace, or uses an existing empty one.
 * @throws LabError (usage) for a namespace that contains other objects or another run.
 */
export async function claimNamespace(
  api: KubeApi,
  manifest: KubeObject,
  run: string,
): Promise<NamespaceClaim> {
  const namespace = manifest.metadata.name;
  const labels = { ...manifest.metadata.labels, [RUN_LABEL]: run };
  const made = await api.create({ ...manifest, metadata: { ...manifest.metadata, labels } }).then(
    () => true,
    (error: unknown) => {
      if (isStatus(error, 409)) return false;
      throw error;
    },
  );
  if (!made) await refuseUnlessEmpty(api, namespace);
  return { namespace, made, release: await holdLease(api, namespace, run) };
}

async function refuseUnlessEmpty(api: KubeApi, namespace: string): Promise<void> {
  const found = await leaseOf(api, namespace);
  if (found && isAlive(found)) {
    throw new LabError(
      `Another run (${found.spec.holderIdentity}) is using the namespace ${namespace}.`,
      'usage',
      'Wait until it ends, or choose another namespace with -n.',
    );
  }
  for (const path of KINDS) {
    const { items } = await api.list(path.replace('NS', namespace));
    const foreign = items.find(({ metadata }) => !metadata.labels?.[RUN_LABEL]);
    const what = path.slice(path.lastIndexOf('/') + 1, -1);
    if (foreign) {
      throw new LabError(
        `The namespace ${namespace} contains objects that are not the lab's: ${what} ${foreign.metadata.name}.`,
        'usage',
        'Choose an empty or new namespace with -n.',
      );
    }
    if (items[0]) {
      throw new LabError(
        `The namespace ${namespace} contains objects that a dead run left behind: ${what} ${items[0].metadata.name}.`,
        'usage',
        `Remove it with: npx lab clean --engine kubernetes -n ${namespace}`,
      );
    }
  }
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
async function holdLease(api: KubeApi, namespace: string, run: string): Promise<() => void> {
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
    // A renewal may fail: several more follow before the lease ends.
    api.apply(lease(), LEASE, { once: true }).catch(() => undefined);
  }, RENEW_MS);
  return () => clearInterval(timer);
}
