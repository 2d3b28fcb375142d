import { JsonPatch } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';

/** The lab's namespace, in which the API server refuses every pod that is not "restricted". */
export class LabNamespace extends Construct {
  constructor(scope: Construct, id: string, name: string) {
    super(scope, id);
    const namespace = new k8s.KubeNamespace(this, 'namespace', {
      metadata: {
        name,
        labels: Object.fromEntries(
          ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
        ),
      },
    });
    // It is cluster-scoped, but the chart puts its namespace on every object.
    namespace.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  }
}
