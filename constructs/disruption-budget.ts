import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { appLabels, selectorLabels, type AppName } from './labels';

/** PodDisruptionBudget of an app: node maintenance takes one pod at a time. */
export class DisruptionBudget extends Construct {
  constructor(scope: Construct, id: string, app: AppName, image: string) {
    super(scope, id);
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata: { name: app, labels: appLabels(app, image) },
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: selectorLabels(app) },
      },
    });
  }
}
