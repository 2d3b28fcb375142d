import type { k8s } from 'cdk8s-plus-28';
import type { KubeObject } from '../../constructs';

/** A Deployment or StatefulSet as tests read it: quantities and ports are plain JSON. */
export interface Workload extends KubeObject {
  spec: {
    replicas?: number;
    selector: { matchLabels: Record<string, string> };
    template: { metadata: { labels: Record<string, string> }; spec: PodSpec };
  };
}

export interface Container extends Omit<k8s.Container, 'resources'> {
  resources: Record<'requests' | 'limits', { cpu: string; memory: string }>;
}

export interface PodSpec extends Omit<k8s.PodSpec, 'containers'> {
  containers: Container[];
}

export interface Service extends KubeObject {
  spec: { selector: Record<string, string>; ports: { name: string; port: number; targetPort: string }[] };
}

export interface Policy extends KubeObject {
  spec: Record<'podSelector' | 'policyTypes' | 'ingress' | 'egress', unknown>;
}

const ofKind = (objects: KubeObject[], ...kinds: string[]) =>
  objects.filter(({ kind }) => kinds.includes(kind));

export const workloads = (objects: KubeObject[]) =>
  ofKind(objects, 'Deployment', 'StatefulSet') as Workload[];

/** The object of this kind and name, as T; throws if there is none. */
export function find<T extends KubeObject>(objects: KubeObject[], kind: string, name: string): T {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found as T;
}

export const containerOf = (objects: KubeObject[], app: string): Container =>
  workloads(objects).find(({ metadata }) => metadata.name === app)!.spec.template.spec.containers[0]!;

export const environment = (container: Container): Record<string, string | undefined> =>
  Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value]));

export const services = (objects: KubeObject[]) => ofKind(objects, 'Service') as Service[];
