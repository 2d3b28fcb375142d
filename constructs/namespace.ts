import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { clusterScoped } from './cluster-scoped';

/** A namespace in which the API server refuses every pod that is not "restricted". */
export class LabNamespace extends Construct {
  constructor(scope: Construct, id: string, name: string) {
    super(scope, id);
    clusterScoped(
      new k8s.KubeNamespace(this, 'namespace', {
        metadata: {
          name,
          labels: Object.fromEntries(
            ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
          ),
        },
      }),
    );
  }
}
