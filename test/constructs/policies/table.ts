import type { KubeObject } from '../../../constructs';
import { podsOf, titleOf, type Pod, type PodContainer } from './pods';

export interface Policy {
  name: string;
  /** The reason for the policy; printed when it is broken. */
  because: string;
  /** The violations, each as "Kind/name: what". */
  broken(objects: KubeObject[]): string[];
  /** Applies only to the default images; other images are the user's. */
  ofImages?: true;
  /** Applies only to settings that publish nothing. */
  unlessPublished?: true;
  /** Applies only while network policies are enabled. */
  ofNetwork?: true;
}

export const POLICIES: Policy[] = [
  ofContainers('requests', 'the scheduler places pods by their requests', ({ resources }) =>
    missing(['cpu', 'memory', 'ephemeral-storage'], resources?.requests),
  ),
  ofContainers('limits', 'one pod must not starve the other pods on its node', ({ resources }) =>
    missing(['cpu', 'memory', 'ephemeral-storage'], resources?.limits),
  ),
  ofContainers('probes', 'a pod that does not answer receives no requests and is restarted', (container) =>
    missing(['startupProbe', 'readinessProbe', 'livenessProbe'], container),
  ),
  ofPods('user', 'root in a container is root on the node if it escapes', ({ spec }) => [
    ...(spec.securityContext?.runAsNonRoot === true ? [] : ['runAsNonRoot is not true']),
    ...(Number(spec.securityContext?.runAsUser) > 0 ? [] : ['runAsUser is not a number above 0']),
    ...(Number(spec.securityContext?.runAsGroup) > 0 ? [] : ['runAsGroup is not a number above 0']),
    ...spec.containers
      .filter(({ securityContext }) => (securityContext?.runAsUser ?? 1) === 0)
      .map(() => 'a container runs as 0'),
  ]),
  ofContainers(
    'read-only',
    'an attacker inside a container cannot change its programs',
    ({ securityContext }) =>
      securityContext?.readOnlyRootFilesystem === true ? [] : ['readOnlyRootFilesystem is not true'],
  ),
  ofContainers(
    'privileges',
    'a process cannot gain rights that it did not start with',
    ({ securityContext }) => [
      ...(securityContext?.allowPrivilegeEscalation === false
        ? []
        : ['allowPrivilegeEscalation is not false']),
      ...(securityContext?.privileged ? ['privileged'] : []),
    ],
  ),
  ofContainers('capabilities', 'no container needs one', ({ securityContext }) => [
    ...(securityContext?.capabilities?.drop?.join() === 'ALL' ? [] : ['not all are dropped']),
    ...(securityContext?.capabilities?.add ?? []).map((name) => `adds ${name}`),
  ]),
  ofPods('seccomp', 'rarely used system calls have the most kernel vulnerabilities', ({ spec }) =>
    spec.securityContext?.seccompProfile?.type === 'RuntimeDefault'
      ? []
      : ['the profile is not RuntimeDefault'],
  ),
  ofPods('host', 'a pod must not reach the network, processes, files and ports of its node', ({ spec }) => [
    ...(['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'initContainers'] as const).filter(
      (field) => (spec as object as Record<string, unknown>)[field],
    ),
    ...(spec.volumes ?? [])
      .flatMap(({ name: _name, ...source }) => Object.keys(source))
      .filter((source) => !['emptyDir', 'configMap', 'projected'].includes(source))
      .map((source) => `a volume of kind ${source}`),
    ...spec.containers
      .flatMap(({ ports = [] }) => ports)
      .flatMap(({ hostPort }) => (hostPort ? ['hostPort'] : [])),
  ]),
  {
    ...ofContainers(
      'image',
      'the same manifests always run the same programs',
      ({ image, imagePullPolicy }) => [
        ...(/(:[^/:@]+|@sha256:[0-9a-f]{64})$/.test(image ?? '') ? [] : [`${image} has no tag`]),
        ...(/:latest$/.test(image ?? '') ? ['tag latest'] : []),
        ...(imagePullPolicy === 'IfNotPresent' ? [] : ['imagePullPolicy is not IfNotPresent']),
      ],
    ),
    ofImages: true,
  },
  {
    name: 'token',
    because: 'only a pod with its own rights needs a token for the API server',
    broken: (objects) =>
      podsOf(objects).flatMap((pod) => tokenProblem(pod, objects).map((says) => `${pod.of}: ${says}`)),
  },
  {
    name: 'rights',
    because: 'the accounts only read: they change nothing, run nothing and see no Secret',
    broken: (objects) => objects.filter(({ kind }) => /^(Cluster)?Role$/.test(kind)).flatMap(rightsProblems),
  },
  {
    name: 'availability',
    because: 'maintenance takes one pod at a time, and the loss of one node does not take all pods',
    broken: availabilityProblems,
  },
  {
    name: 'reachable',
    because: 'for every pod, a policy states who may connect to it',
    broken: (objects) =>
      podsOf(objects)
        .filter((pod) => !isSelected(pod, objects))
        .map(({ of }) => `${of}: by anybody`),
    ofNetwork: true,
  },
  {
    name: 'inside',
    because: 'nothing is reachable from outside the cluster',
    broken: (objects) =>
      objects
        .filter(
          ({ kind, spec }) =>
            ['Ingress', 'HTTPRoute'].includes(kind) ||
            (kind === 'Service' && (spec as { type?: string }).type !== 'ClusterIP'),
        )
        .map((object) => `${titleOf(object)}: published`),
    unlessPublished: true,
  },
  ofContainers('secrets', 'anybody who may read pods could read a password in a pod spec', (container) => [
    ...(container.env ?? [])
      .filter(({ name, value }) => /PASSWORD|SECRET|TOKEN|CREDENTIAL|_KEY$/.test(name) && value !== undefined)
      .map(({ name }) => `${name} is written down`),
    ...(container.envFrom ? ['envFrom'] : []),
  ]),
  {
    name: 'labels',
    because: 'everything that belongs to the lab can be found, identified and removed',
    broken: (objects) => [
      ...objects.flatMap((object) => labelProblems(titleOf(object), object.metadata.labels, EVERYWHERE)),
      ...podsOf(objects).flatMap(({ of, labels, serves }) =>
        labelProblems(`${of}: pod`, labels, [...ON_PODS, ...(serves ? ON_APPS : [])]),
      ),
    ],
  },
];

const EVERYWHERE = ['part-of', 'managed-by'];
const ON_PODS = [...EVERYWHERE, 'name', 'component'];
/** Labels of the pods that selectors and dashboards distinguish. */
const ON_APPS = ['instance', 'version'];

function ofPods(name: string, because: string, problems: (pod: Pod) => string[]): Policy {
  const broken = (objects: KubeObject[]) =>
    podsOf(objects).flatMap((pod) => problems(pod).map((says) => `${pod.of}: ${says}`));
  return { name, because, broken };
}

function ofContainers(
  name: string,
  because: string,
  problems: (container: PodContainer) => string[],
): Policy {
  return ofPods(name, because, ({ spec }) => spec.containers.flatMap(problems));
}

function missing(keys: string[], found: object = {}): string[] {
  return keys.filter((key) => !(key in found)).map((key) => `no ${key}`);
}

/** A pod with a token needs its own account, and a binding for that account. */
function tokenProblem({ spec, namespace }: Pod, objects: KubeObject[]): string[] {
  if (String(spec.automountServiceAccountToken) === 'false') return [];
  const { serviceAccountName: account = 'default' } = spec;
  const isBound = objects.some(
    (object) =>
      object.kind.endsWith('RoleBinding') &&
      (object as unknown as { subjects: { name: string; namespace: string }[] }).subjects.some(
        (subject) => subject.name === account && subject.namespace === namespace,
      ),
  );
  return account !== 'default' && isBound ? [] : [`has a token of the account ${account}`];
}

function rightsProblems(object: KubeObject): string[] {
  const { rules } = object as unknown as {
    rules: { resources: string[]; verbs: string[]; apiGroups: string[] }[];
  };
  const readable = ['pods', 'deployments', 'nodes', 'nodes/metrics'];
  return rules.flatMap(({ resources, verbs }) => [
    ...resources.filter((resource) => !readable.includes(resource)).map((it) => `${titleOf(object)}: ${it}`),
    ...verbs
      .filter((verb) => !['get', 'list', 'watch'].includes(verb))
      .map((it) => `${titleOf(object)}: ${it}`),
  ]);
}

interface Scaled extends KubeObject {
  spec: {
    replicas?: number;
    maxReplicas?: number;
    template: { spec: { topologySpreadConstraints?: unknown[] } };
  };
}

function availabilityProblems(objects: KubeObject[]): string[] {
  const find = (kind: string, name: string) =>
    objects.find((it) => titleOf(it) === `${kind}/${name}`) as Scaled | undefined;
  return (objects.filter(({ kind }) => ['Deployment', 'StatefulSet'].includes(kind)) as Scaled[]).flatMap(
    (workload) => {
      const { name } = workload.metadata;
      const most = find('HorizontalPodAutoscaler', name)?.spec.maxReplicas ?? workload.spec.replicas ?? 1;
      if (most === 1) return [];
      return [
        ...(find('PodDisruptionBudget', name)
          ? []
          : [`${titleOf(workload)}: ${most} pods and no PodDisruptionBudget`]),
        ...(workload.spec.template.spec.topologySpreadConstraints
          ? []
          : [`${titleOf(workload)}: ${most} pods, not spread`]),
      ];
    },
  );
}

function isSelected({ namespace, labels }: Pod, objects: KubeObject[]): boolean {
  return objects.some((object) => {
    if (object.kind !== 'NetworkPolicy' || object.metadata.namespace !== namespace) return false;
    const { podSelector, policyTypes } = object.spec as {
      podSelector: { matchLabels?: Record<string, string> };
      policyTypes: string[];
    };
    const selected = Object.entries(podSelector.matchLabels ?? {}).every(
      ([key, value]) => labels[key] === value,
    );
    return selected && policyTypes.includes('Ingress');
  });
}

function labelProblems(title: string, labels: Record<string, string> = {}, names: string[]): string[] {
  const absent = names.map((name) => `app.kubernetes.io/${name}`).filter((name) => !(name in labels));
  return absent.map((name) => `${title} has no label ${name}`);
}
