import { synthesize, type KubeObject } from '../../../constructs';
import { titleOf } from './pods';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- manifests that are wrong on purpose
type Json = any;

interface Parts {
  objects: Json[];
  deployment: Json;
  pod: Json;
  container: Json;
}

/** For each policy, changes that break it, as people make them. */
const MISTAKES: Record<string, ((parts: Parts) => unknown)[]> = {
  requests: [({ container }) => delete container.resources.requests.memory],
  limits: [
    ({ container }) => delete container.resources,
    ({ container }) => delete container.resources.limits.cpu,
  ],
  probes: [({ container }) => delete container.livenessProbe],
  user: [
    ({ pod }) => (pod.securityContext.runAsUser = 0),
    ({ pod }) => delete pod.securityContext.runAsNonRoot,
    ({ container }) => (container.securityContext.runAsUser = 0),
  ],
  'read-only': [({ container }) => delete container.securityContext],
  privileges: [
    ({ container }) => delete container.securityContext.allowPrivilegeEscalation,
    ({ container }) => (container.securityContext.privileged = true),
  ],
  capabilities: [
    ({ container }) => (container.securityContext.capabilities.add = ['NET_ADMIN']),
    ({ container }) => (container.securityContext.capabilities.drop = ['KILL']),
  ],
  seccomp: [({ pod }) => (pod.securityContext.seccompProfile.type = 'Unconfined')],
  host: [
    ({ pod }) => (pod.hostNetwork = true),
    ({ pod }) => pod.volumes.push({ name: 'node', hostPath: { path: '/' } }),
    ({ container }) => (container.ports[0].hostPort = 80),
  ],
  image: [
    ({ container }) => (container.image = 'registry.example.org:5000/backend'),
    ({ container }) => (container.image = 'backend:latest'),
    ({ container }) => (container.imagePullPolicy = 'Always'),
  ],
  token: [
    ({ pod }) => delete pod.automountServiceAccountToken,
    ({ pod }) => Object.assign(pod, { automountServiceAccountToken: true, serviceAccountName: 'unbound' }),
  ],
  rights: [
    ({ objects }) => (kind(objects, 'ClusterRole').rules[0].resources = ['*']),
    ({ objects }) => (kind(objects, 'ClusterRole').rules[0].verbs = ['create']),
    ({ objects }) => (kind(objects, 'Role').rules[0].resources = ['secrets']),
  ],
  availability: [
    ({ objects }) => remove(objects, 'PodDisruptionBudget/backend'),
    ({ pod }) => delete pod.topologySpreadConstraints,
  ],
  reachable: [
    ({ objects }) =>
      ['default-deny-ingress', 'backend'].forEach((name) => remove(objects, `NetworkPolicy/${name}`)),
    ({ objects }) => remove(objects, 'NetworkPolicy/grafana'),
  ],
  inside: [({ objects }) => (kind(objects, 'Service').spec.type = 'NodePort')],
  secrets: [
    ({ container }) => container.env.push({ name: 'API_TOKEN', value: 'x' }),
    ({ container }) => (container.envFrom = [{ secretRef: { name: 'postgres' } }]),
  ],
  labels: [
    ({ deployment }) => delete deployment.metadata.labels['app.kubernetes.io/part-of'],
    ({ deployment }) => delete deployment.spec.template.metadata.labels['app.kubernetes.io/version'],
  ],
};

/** Manifests that break the named policy, each with one mistake. */
export function mistakesOf(policy: string): KubeObject[][] {
  return (MISTAKES[policy] ?? []).map((mistake) => {
    const objects: Json[] = structuredClone(
      synthesize({ backend: { replicas: 2 }, monitoring: { mode: 'bundled' } }),
    );
    const deployment = objects.find((object) => titleOf(object) === 'Deployment/backend');
    const pod = deployment.spec.template.spec;
    mistake({ objects, deployment, pod, container: pod.containers[0] });
    return objects;
  });
}

function kind(objects: Json[], name: string): Json {
  return objects.find((object) => object.kind === name);
}

function remove(objects: Json[], title: string): void {
  objects.splice(
    objects.findIndex((object) => titleOf(object) === title),
    1,
  );
}
