import type { KubeObject } from '../../../constructs/kube-object';
import type { Engine, EngineOptions, RunningSystem } from '../../model/engine';
import { LabError } from '../../model/errors';
import { ApiError, type KubeApi } from './api';
import { claimNamespace, type ClaimOptions, type NamespaceClaim } from './namespace';
import { refusal } from './refusal';
import { namespacesOf, refuseLasting } from './scope';
import { KubernetesSystem, START_DEADLINE_MS } from './system';
import { releaseAll } from './take-down';

export { ApiError, withQuery, type KubeApi } from './api';
export { connect, contextNamespace } from './connect';
export { createOwn } from './creation';
export { disruptionOf, OWN_CONTAINER, RUN_LABEL, statusOf, type KubeEvent, type PodObject } from './objects';
export { describe, failOnHopeless } from './readiness';
export { refusal } from './refusal';
export { removeStaleFromCluster, type TakenDown } from './take-down';

export interface KubernetesEngineOptions {
  api: KubeApi;
  /** Id of the run: the label value on every created object. */
  run: string;
  /** Longest wait for all pods to be ready, ms. */
  startDeadlineMs?: number;
}

/** Runs synthesized manifests in a namespace of a cluster. */
export function kubernetesEngine(options: KubernetesEngineOptions): Engine {
  return { name: 'kubernetes', up: (manifests, given) => up(manifests, options, given) };
}

async function up(
  manifests: KubeObject[],
  { api, run, startDeadlineMs = START_DEADLINE_MS }: KubernetesEngineOptions,
  given: EngineOptions,
): Promise<RunningSystem> {
  const namespaces = namespacesOf(manifests);
  const claims: NamespaceClaim[] = [];
  let system: KubernetesSystem | undefined;
  try {
    for (const [index, namespace] of namespaces.entries()) {
      // The other one is that of the bundled monitoring.
      const flag = index === 0 ? '-n' : '--set monitoring.namespace=…';
      claims.push(await claim(api, namespace, run, { signal: given.signal, flag }));
    }
    await refuseLasting(api, manifests, claims);
    const limits = await limitsOf(api, claims[0]!.namespace);
    system = new KubernetesSystem(api, claims, run, manifests, given, limits);
    await system.start(startDeadlineMs);
    return system;
  } catch (error) {
    await (system?.down() ?? releaseAll(api, claims, run)).catch((left: unknown) => {
      throw alsoLeft(error, left);
    });
    throw error;
  }
}

async function claim(
  api: KubeApi,
  namespace: KubeObject,
  run: string,
  options: ClaimOptions,
): Promise<NamespaceClaim> {
  return claimNamespace(api, namespace, run, options).catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
    throw refusal(`The namespace ${namespace.metadata.name} cannot be used`, error);
  });
}

/** The error of a start, which must not be lost when its take-down fails, too. */
function alsoLeft(error: unknown, left: unknown): unknown {
  if (!(error instanceof LabError) || !(left instanceof LabError)) return error;
  const hints = [error.hint, left.hint].filter(Boolean).join('\n');
  return new LabError(`${error.message}\n${left.message}`, error.kind, hints);
}

async function limitsOf(api: KubeApi, namespace: string) {
  const { gitVersion } = await api.json<{ gitVersion: string }>('GET', '/version');
  return {
    rung: 'kubelet' as const,
    label: `kernel limits set by the kubelet (Kubernetes ${gitVersion}, context ${api.context}, namespace ${namespace})`,
  };
}
