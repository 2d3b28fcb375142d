import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { IDENTITY, IMAGE, requireHandles } from './group-props';
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

  /** @throws PropsError naming each property that is missing. */
  constructor(scope: Construct, id: string, props: DisruptionBudgetProps) {
    super(scope, id);
    requireHandles(this, props, { identity: IDENTITY, image: IMAGE, maxUnavailable: ['a number of pods'] });
    const { identity, image, maxUnavailable } = props;
    this.object = new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata: { name: identity.objectName, labels: appLabels(identity, image) },
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(maxUnavailable),
        selector: { matchLabels: selectorLabels(identity) },
      },
    });
  }
}
