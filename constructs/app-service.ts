import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { refuseDuplicates } from './duplicates';
import { IDENTITY, IMAGE, requireHandles, type Handle } from './group-props';
import { appLabels, selectorLabels, type Identity, type Image } from './labels';
import type { LabProps } from './schema';
import { atLeast, unlessEmpty, when } from './values';

const PORT: Handle = ['a port: {name, number}', 'name', 'number'];

export interface AppServiceProps {
  identity: Identity;
  image: Image;
  port: { name: string; number: number };
  /** Whether clients outside the cluster reach it. Default: they do not. */
  published?: LabProps['backend']['service'];
  /** Default: the namespace of the chart. */
  namespace?: string;
}

/**
 * The Service in front of an app's ready pods. It has the name of the app's other objects, and the pod's port
 * number and port name.
 */
export class AppService extends Construct {
  readonly object: k8s.KubeService;

  /** @throws PropsError naming each property that is missing. */
  constructor(scope: Construct, id: string, props: AppServiceProps) {
    super(scope, id);
    requireHandles(this, props, { identity: IDENTITY, image: IMAGE, port: PORT });
    refuseDuplicates(this);
    const { identity, image, port, namespace, published } = props;
    this.object = new k8s.KubeService(this, 'service', {
      metadata: {
        name: identity.objectName,
        labels: appLabels(identity, image),
        ...(namespace !== undefined && { namespace }),
        annotations: published && unlessEmpty(published.annotations),
      },
      spec: {
        type: published?.type ?? 'ClusterIP',
        selector: selectorLabels(identity),
        ports: [
          {
            name: port.name,
            port: port.number,
            targetPort: k8s.IntOrString.fromString(port.name),
            protocol: 'TCP',
            nodePort: published && when(atLeast(published.nodePort, 1), published.nodePort),
          },
        ],
      },
    });
  }
}
