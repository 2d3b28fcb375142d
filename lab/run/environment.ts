import type { LabProps } from '../../constructs';
import { connect, kubernetesEngine, RUN_LABEL } from '../engine/kubernetes';
import { localEngine } from '../engine/local';
import type { LimitsMode } from '../engine/local/limits/modes';
import { embeddedRunner, inClusterRunner, k6Runner } from '../load';
import type { LoadRunner } from '../model/load-runner';
import type { Engine } from '../model/engine';
import { loadPodsOf, refuseWithoutStarter } from './load-pods';

export interface RunEnvironment {
  load: 'embedded' | 'k6';
  /** The cluster to run in. Default: this machine. */
  cluster?: { context?: string; parallelism: number };
  limitsMode?: LimitsMode;
}

/** Kubernetes allows a label value at most this many characters. */
const MOST_LABEL = 63;

/**
 * The engine and the load generator of a run.
 * @throws LabError when the cluster, or these settings in a cluster, cannot be used.
 */
export async function openEnvironment(
  id: string,
  props: LabProps,
  { load, cluster, limitsMode }: RunEnvironment,
): Promise<{ engine: Engine; runner: LoadRunner }> {
  if (!cluster) {
    const runner = load === 'k6' ? k6Runner() : embeddedRunner();
    return { engine: localEngine(limitsMode ? { limitsMode } : {}), runner };
  }
  refuseWithoutStarter(props, cluster.parallelism);
  const api = await connect(cluster.context);
  const run = id.slice(0, MOST_LABEL).replace(/[^A-Za-z0-9]+$/, '');
  const labels = { [RUN_LABEL]: run };
  return {
    engine: kubernetesEngine({ api, run }),
    runner: inClusterRunner({
      api,
      namespace: props.namespace,
      labels,
      parallelism: cluster.parallelism,
      pods: loadPodsOf(props),
    }),
  };
}
