import type { k8s } from 'cdk8s-plus-28';
import type { KubeObject } from '../../../constructs';

/** A container as manifests hold it: quantities are texts. */
export interface PodContainer extends Omit<k8s.Container, 'resources' | 'name'> {
  name?: string;
  resources?: Partial<Record<'requests' | 'limits', Record<string, string>>>;
}

export interface PodSpec extends Omit<k8s.PodSpec, 'containers' | 'automountServiceAccountToken'> {
  containers: PodContainer[];
  /** A TestRun holds this as a text. */
  automountServiceAccountToken?: boolean | string;
}

/** A pod, or the pods that an object makes. */
export interface Pod {
  /** For example "Deployment/backend". */
  of: string;
  namespace: string;
  labels: Record<string, string>;
  spec: PodSpec;
  /** True if Kubernetes keeps it running, false if it runs to an end. */
  serves: boolean;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- of five kinds, each with a shape of its own
type Json = any;

export function podsOf(objects: KubeObject[]): Pod[] {
  return objects.flatMap((object) => {
    const { kind, metadata, spec } = object as KubeObject & { spec: Json };
    const pod = (from: Json, serves: boolean): Pod => ({
      of: titleOf(object),
      namespace: metadata.namespace!,
      labels: from.metadata?.labels ?? {},
      spec: from.spec,
      serves,
    });
    switch (kind) {
      case 'Deployment':
      case 'StatefulSet':
        return [pod(spec.template, true)];
      case 'Job':
        return [pod(spec.template, false)];
      case 'Pod':
        return [pod(object, false)];
      case 'TestRun':
        return ['runner', 'initializer', 'starter'].map((role) => operatorsPod(pod, spec[role]));
      default:
        return [];
    }
  });
}

export const titleOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;

/** The k6 operator uses its own names for the parts of a pod. */
function operatorsPod(pod: (from: Json, serves: boolean) => Pod, role: Record<string, unknown>): Pod {
  const { metadata, containerSecurityContext, securityContext, ...rest } = role;
  const container = { ...rest, securityContext: containerSecurityContext };
  const { automountServiceAccountToken, volumes } = role;
  const spec = { automountServiceAccountToken, volumes, securityContext, containers: [container] };
  return pod({ metadata, spec }, false);
}
