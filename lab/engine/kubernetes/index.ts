import type { KubeObject } from '../../../constructs/kube-object';
import type { Engine, EngineOptions, RunningSystem } from '../../model/engine';
import { LabError } from '../../model/errors';
import { ApiError, type KubeApi } from './api';
import { claimNamespace } from './namespace';
import { KubernetesSystem, START_DEADLINE_MS } from './system';
import { takeDown } from './take-down';

export { ApiError, withQuery, type KubeApi } from './api';
export { connect } from './connect';
export { disruptionOf, FIELD_MANAGER, RUN_LABEL, type PodObject } from './objects';
export { describe, failOnHopeless } from './readiness';
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
  const namespace = manifests.find(({ kind }) => kind === 'Namespace');
  if (!namespace) throw new LabError('The manifests have no Namespace.', 'usage', 'Synthesize them again.');
  const claim = await claimNamespace(api, namespace, run).catch((error: unknown) => {
    throw error instanceof ApiError ? refused(namespace.metadata.name, error) : error;
  });
  try {
    const system = new KubernetesSystem(
      api,
      claim,
      run,
      manifests,
      given,
      await limitsOf(api, claim.namespace),
    );
    await system.start(startDeadlineMs).catch(async (error: unknown) => {
      await system.down();
      throw error;
    });
    return system;
  } catch (error) {
    claim.release();
    await takeDown(api, claim.namespace, run);
    throw error;
  }
}

async function limitsOf(api: KubeApi, namespace: string) {
  const { gitVersion } = await api.json<{ gitVersion: string }>('GET', '/version');
  return {
    rung: 'kubelet' as const,
    label: `kernel limits set by the kubelet (Kubernetes ${gitVersion}, context ${api.context}, namespace ${namespace})`,
  };
}

function refused(namespace: string, error: ApiError): LabError {
  return new LabError(
    `The namespace ${namespace} cannot be used: ${error.message}`,
    'environment',
    'docs/kubernetes.md lists the rights that the lab needs. Choose another namespace with -n.',
  );
}
