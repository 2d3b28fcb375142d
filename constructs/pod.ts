import { k8s } from 'cdk8s-plus-28';
import { appLabels, selectorLabels, type Identity, type Image } from './labels';
import type { Shared } from './shared';
import { imageReference, listOrElse, mebibytes, millicores, text, unlessBlank, unlessEmpty } from './values';

// Pods use the API's own types, because the workloads of cdk8s-plus add a label made of a hash, cannot turn
// service links off and have no volume claim templates.

/** The settings that every container has, under the names of LabProps. */
export interface Resources {
  cpuRequestMillicores: number;
  cpuLimitMillicores: number;
  memoryRequestMebibytes: number;
  memoryLimitMebibytes: number;
}

/**
 * What a pod may write besides its volume claims: its log, which a node cuts at 50 MiB by default, and its
 * scratch folders.
 */
const DISK_MEBIBYTES = 256;
/** The reserved part of it. Most pods write next to nothing. */
const RESERVED_DISK_MEBIBYTES = 32;

export interface Pod {
  identity: Identity;
  image: Image;
  /** Runs instead of the image's entry point. */
  command?: string[];
  /** Arguments of the image's entry point. */
  args?: string[];
  env: k8s.EnvVar[];
  port?: { name: string; number: number };
  resources: Resources;
  probes: Pick<k8s.Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'>;
  /** Numeric user and group, so that the kubelet can verify that it is not root. */
  user: number;
  /** The account whose rights the pod has at the API server, with a token for it; default: none. */
  serviceAccount?: string;
  /** The account of a pod that gets no token; default: that of the namespace. */
  account?: string;
  /** Writable folders besides /tmp, because the root file system is read-only. */
  scratch?: Record<string, string>;
  /** The limit for all of them and the log together. Beyond it, the pod is evicted. */
  diskMebibytes?: number;
  volumes?: k8s.Volume[];
  mounts?: k8s.VolumeMount[];
  annotations?: Record<string, string>;
  /** Runs in the container before SIGTERM. */
  preStop?: k8s.LifecycleHandler;
}

/** A pod of one container that satisfies the Pod Security standard "restricted". */
export function podTemplate(shared: Shared, pod: Pod): k8s.PodTemplateSpec {
  const scratch = Object.entries({ tmp: '/tmp', ...pod.scratch });
  return {
    metadata: {
      labels: { ...shared.commonLabels, ...appLabels(pod.identity, pod.image) },
      annotations: unlessEmpty({ ...shared.podAnnotations, ...pod.annotations }),
    },
    spec: {
      serviceAccountName: pod.serviceAccount ?? pod.account,
      automountServiceAccountToken: pod.serviceAccount !== undefined,
      enableServiceLinks: false,
      priorityClassName: unlessBlank(shared.priorityClassName),
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: pod.user,
        runAsGroup: pod.user,
        fsGroup: pod.user,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: pod.identity.app,
          image: referenceOf(pod.image, shared),
          imagePullPolicy: pod.image.pullPolicy,
          command: pod.command,
          args: pod.args,
          env: pod.env,
          ports: pod.port && [{ name: pod.port.name, containerPort: pod.port.number, protocol: 'TCP' }],
          resources: resourceRequirements(pod.resources, pod.diskMebibytes),
          ...pod.probes,
          lifecycle: pod.preStop && { preStop: pod.preStop },
          securityContext: {
            allowPrivilegeEscalation: false,
            privileged: false,
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: [...scratch.map(([name, mountPath]) => ({ name, mountPath })), ...(pod.mounts ?? [])],
        },
      ],
      volumes: [...scratch.map(([name]) => ({ name, emptyDir: {} })), ...(pod.volumes ?? [])],
    },
  };
}

/** Kubernetes' own structures for the pods of one app. */
export interface PodExtras {
  /** There may be several of these pods. */
  spread?: Identity;
  extraEnv?: object[];
  extraVolumes?: object[];
  extraVolumeMounts?: object[];
}

/**
 * Adds to the manifest of a workload or pod where its pods may run, how their images are pulled, and what
 * users add to them. These settings are Kubernetes' own fields, passed on unchanged.
 */
export function placed(manifest: Manifest, shared: Shared, extras: PodExtras = {}): Manifest {
  const { spread, extraEnv = [], extraVolumes = [], extraVolumeMounts = [] } = extras;
  const pod = manifest.spec.template?.spec ?? (manifest.spec as PodManifest);
  const topologySpreadConstraints = spread
    ? listOrElse(shared.topologySpreadConstraints, [acrossNodes(spread)])
    : [];
  Object.assign(pod, placementOf(shared), filled({ topologySpreadConstraints }));
  const [container] = pod.containers;
  container.env.push(...extraEnv);
  container.volumeMounts.push(...extraVolumeMounts);
  pod.volumes.push(...extraVolumes);
  return manifest;
}

interface PodManifest {
  containers: [{ env: object[]; volumeMounts: object[] }];
  volumes: object[];
}

/** The fields of a pod for where it may run and how its images are pulled. */
export function placementOf({
  imagePullSecrets,
  nodeSelector,
  tolerations,
  affinity,
}: Pick<Shared, 'imagePullSecrets' | 'nodeSelector' | 'tolerations' | 'affinity'>): Record<string, object> {
  return filled({ imagePullSecrets, nodeSelector, tolerations, affinity });
}

function filled(fields: Record<string, object>): Record<string, object> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => unlessEmpty(value)));
}

/** A manifest as cdk8s makes it from the API's types. */
interface Manifest {
  apiVersion: string;
  kind: string;
  spec: { template?: { spec: PodManifest } };
}

/** Where nodes find an image. */
export function referenceOf(
  { registry, repository, tag, digest }: Image,
  { imageRegistry }: Pick<Shared, 'imageRegistry'>,
): string {
  return imageReference(imageRegistry, registry, repository, tag, digest);
}

export function env(variables: Record<string, string | number | boolean>): k8s.EnvVar[] {
  return Object.entries(variables).map(([name, value]) => ({ name, value: text(value) }));
}

/** A program's environment from its settings, under the names that the program gives them. */
export function settingsEnv<Name extends string>(
  settings: Record<Name, { env: string }>,
  values: Record<NoInfer<Name>, number | boolean>,
): k8s.EnvVar[] {
  const names = Object.keys(settings) as Name[];
  return env(Object.fromEntries(names.map((name) => [settings[name].env, values[name]])));
}

export function secretEnv(name: string, secret: string, key: string): k8s.EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}

/** Only preferred, because on a cluster of one node all pods run there. */
function acrossNodes(identity: Identity): k8s.TopologySpreadConstraint {
  return {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selectorLabels(identity) },
  };
}

function resourceRequirements(
  resources: Resources,
  diskMebibytes = DISK_MEBIBYTES,
): k8s.ResourceRequirements {
  const { requests, limits } = amounts(resources, diskMebibytes);
  return { requests: quantities(requests), limits: quantities(limits) };
}

/** What a container may use, as a manifest holds it. */
export function amounts(
  resources: Resources,
  diskMebibytes = DISK_MEBIBYTES,
): Record<'requests' | 'limits', Record<string, string>> {
  const { cpuRequestMillicores, cpuLimitMillicores, memoryRequestMebibytes, memoryLimitMebibytes } =
    resources;
  const texts = (cpu: number, memory: number, disk: number) => ({
    cpu: millicores(cpu),
    memory: mebibytes(memory),
    'ephemeral-storage': mebibytes(disk),
  });
  return {
    requests: texts(cpuRequestMillicores, memoryRequestMebibytes, RESERVED_DISK_MEBIBYTES),
    limits: texts(cpuLimitMillicores, memoryLimitMebibytes, diskMebibytes),
  };
}

function quantities(texts: Record<string, string>): Record<string, k8s.Quantity> {
  const read = Object.entries(texts).map(([name, amount]) => [name, k8s.Quantity.fromString(amount)]);
  return Object.fromEntries(read) as Record<string, k8s.Quantity>;
}
