import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { appLabels, selectorLabels } from './labels';
import type { LabProps } from './schema';

/** PodDisruptionBudget `backend`: node maintenance takes one pod at a time. */
export class DisruptionBudget extends Construct {
  constructor(scope: Construct, id: string, { backend }: LabProps) {
    super(scope, id);
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata: { name: 'backend', labels: appLabels('backend', backend.image) },
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: selectorLabels('backend') },
      },
    });
  }
}
