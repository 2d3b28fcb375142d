import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { appLabels } from './labels';
import type { LabProps } from './schema';

/** HorizontalPodAutoscaler `backend`, by CPU as a share of the request. */
export class Autoscaler extends Construct {
  constructor(scope: Construct, id: string, { backend, autoscaling }: LabProps) {
    super(scope, id);
    new k8s.KubeHorizontalPodAutoscalerV2(this, 'autoscaler', {
      metadata: { name: 'backend', labels: appLabels('backend', backend.image) },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'backend' },
        minReplicas: autoscaling.minReplicas,
        maxReplicas: autoscaling.maxReplicas,
        metrics: [
          {
            type: 'Resource',
            resource: {
              name: 'cpu',
              target: { type: 'Utilization', averageUtilization: autoscaling.targetCpuPercent },
            },
          },
        ],
      },
    });
  }
}
