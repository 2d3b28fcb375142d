import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { appLabels, selectorLabels } from './labels';
import type { Pod } from './pod';

export interface AppServiceProps extends Required<Pick<Pod, 'app' | 'image' | 'port'>> {
  /** Default: the namespace of the chart. */
  namespace?: string;
}

/**
 * The Service in front of an app's ready pods. It has the app's name, and the pod's port number and port
 * name.
 */
export class AppService extends Construct {
  constructor(scope: Construct, id: string, { app, image, port, namespace }: AppServiceProps) {
    super(scope, id);
    new k8s.KubeService(this, 'service', {
      metadata: { name: app, labels: appLabels(app, image), ...(namespace !== undefined && { namespace }) },
      spec: {
        type: 'ClusterIP',
        selector: selectorLabels(app),
        ports: [
          {
            name: port.name,
            port: port.number,
            targetPort: k8s.IntOrString.fromString(port.name),
            protocol: 'TCP',
          },
        ],
      },
    });
  }
}
