import type { KubeObject } from '../../../constructs/kube-object';
import { LabError } from '../../model/errors';
import { ApiError, type KubeApi } from './api';
import { CLUSTER_FOLDERS, FOLDERS } from './folders';
import type { NamespaceClaim } from './namespace';

// A run may make only what its end removes. An app of one's own can make anything, anywhere.

/**
 * The namespaces of a run, each once: those that its manifests make.
 * @throws LabError (usage) for manifests without one, and for an object in a namespace that they do not make.
 */
export function namespacesOf(manifests: KubeObject[]): KubeObject[] {
  const all = manifests.filter(({ kind }) => kind === 'Namespace');
  const byName = new Map(all.map((namespace) => [namespace.metadata.name, namespace]));
  if (byName.size === 0)
    throw new LabError('The manifests have no Namespace.', 'usage', 'Synthesize them again.');
  const stray = manifests.find(
    ({ metadata: { namespace } }) => namespace !== undefined && !byName.has(namespace),
  );
  if (!stray) return [...byName.values()];
  const { kind, metadata } = stray;
  throw new LabError(
    `The ${kind} ${metadata.name} is in the namespace ${metadata.namespace}, which is none of the run's: ${[...byName.keys()].join(', ')}.`,
    'usage',
    `The run would neither watch nor remove it. In main.ts, put it into one of these namespaces, or add a LabNamespace for ${metadata.namespace}.`,
  );
}

/**
 * Refuses objects that would stay behind: of kinds that the end of a run does not look for, unless they go
 * with a namespace that the run made.
 * @throws LabError (usage) that names the first one.
 */
export async function refuseLasting(
  api: KubeApi,
  manifests: KubeObject[],
  claims: NamespaceClaim[],
): Promise<void> {
  const made = new Set(claims.filter((claim) => claim.made).map(({ namespace }) => namespace));
  for (const object of manifests) {
    const { kind, metadata } = object;
    if (kind === 'Namespace' || made.has(metadata.namespace ?? '')) continue;
    const folder = await folderOf(api, object);
    if (folder === undefined || [...FOLDERS, ...CLUSTER_FOLDERS].includes(folder)) continue;
    throw new LabError(
      `The end of the run would not remove the ${kind} ${metadata.name}.`,
      'usage',
      metadata.namespace === undefined
        ? 'It belongs to no namespace. Make it yourself with kubectl, and leave it out of main.ts.'
        : 'Only a namespace that the run makes is removed with everything in it. Name a new one with -n, or leave the object out of main.ts.',
    );
  }
}

/** Where an object is kept; undefined if the cluster does not know its kind, and will refuse it. */
async function folderOf(api: KubeApi, object: KubeObject): Promise<string | undefined> {
  const path = await api.pathOf(object).catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
    return undefined;
  });
  return path?.slice(0, path.lastIndexOf('/')).replace(/\/namespaces\/[^/]+/, '/namespaces/NS');
}
