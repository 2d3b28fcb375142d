import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { appLabels, selectorLabels, type Identity, type Image } from './labels';

export interface DisruptionBudgetProps {
  identity: Identity;
  image: Image;
  /** Pods that maintenance may take at once. */
  maxUnavailable: number;
}

/** PodDisruptionBudget of an app: the maintenance of nodes takes few pods at a time. */
export class DisruptionBudget extends Construct {
  readonly object: k8s.KubePodDisruptionBudget;

  constructor(scope: Construct, id: string, { identity, image, maxUnavailable }: DisruptionBudgetProps) {
    super(scope, id);
    this.object = new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata: { name: identity.objectName, labels: appLabels(identity, image) },
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(maxUnavailable),
        selector: { matchLabels: selectorLabels(identity) },
      },
    });
  }
}
