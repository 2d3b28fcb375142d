import { Construct } from 'constructs';
import { identify } from '../labels';
import { podsOf } from '../network-policies';
import { sharedBy } from '../shared';
import { httpProbes, LabReader, Tool } from './tool';

/** The user that its image runs as. */
const NOBODY = 65_534;

export const STATE_METRICS_PORT = 8080;

/**
 * Reports restarts, limits and replicas of the lab's namespace, which neither the kubelet nor the pods
 * report.
 */
export class KubeStateMetrics extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { namespace, monitoring } = sharedBy(this);
    const identity = identify(this, 'kube-state-metrics', 'monitoring');
    new LabReader(this, 'access', identity.objectName, [
      { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list', 'watch'] },
    ]);
    new Tool(this, 'tool', {
      identity,
      reachedBy: { podSelector: podsOf(identify(this, 'prometheus', 'monitoring')) },
      image: monitoring.kubeStateMetricsImage,
      args: [`--port=${STATE_METRICS_PORT}`, '--telemetry-port=8081', '--resources=pods,deployments', `--namespaces=${namespace}`],
      env: [],
      port: { name: 'http', number: STATE_METRICS_PORT },
      resources: {
        cpuRequestMillicores: 10,
        cpuLimitMillicores: 100,
        memoryRequestMebibytes: 32,
        memoryLimitMebibytes: 96,
      },
      probes: httpProbes('/metrics'),
      user: NOBODY,
      serviceAccount: identity.objectName,
    });
  }
}
