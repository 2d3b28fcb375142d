import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { completed, IDENTITY, IMAGE, requireHandles, type GroupInput } from './group-props';
import { appLabels, type Identity, type Image } from './labels';

export type AutoscalerProps = Omit<GroupInput<'autoscaling'>, 'enabled'> & {
  /** The app whose Deployment is scaled. */
  identity: Identity;
  image: Image;
};

/** HorizontalPodAutoscaler of a Deployment, by CPU as a share of the request. */
export class Autoscaler extends Construct {
  readonly object: k8s.KubeHorizontalPodAutoscalerV2;

  /** @throws PropsError naming each property that is missing or out of range. */
  constructor(scope: Construct, id: string, props: AutoscalerProps) {
    super(scope, id);
    requireHandles(this, props, { identity: IDENTITY, image: IMAGE });
    const { identity, image, ...input } = props;
    const { minReplicas, maxReplicas, targetCpuPercent } = completed('autoscaling', input);
    const name = identity.objectName;
    this.object = new k8s.KubeHorizontalPodAutoscalerV2(this, 'autoscaler', {
      metadata: { name, labels: appLabels(identity, image) },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas,
        maxReplicas,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: targetCpuPercent } },
          },
        ],
      },
    });
  }
}
