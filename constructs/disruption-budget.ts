import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { appLabels, selectorLabels, type Identity } from './labels';

export interface DisruptionBudgetProps {
  identity: Identity;
  image: string;
}

/** PodDisruptionBudget of an app: node maintenance takes one pod at a time. */
export class DisruptionBudget extends Construct {
  readonly object: k8s.KubePodDisruptionBudget;

  constructor(scope: Construct, id: string, { identity, image }: DisruptionBudgetProps) {
    super(scope, id);
    this.object = new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata: { name: identity.objectName, labels: appLabels(identity, image) },
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: selectorLabels(identity) },
      },
    });
  }
}
