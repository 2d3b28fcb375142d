import { k8s } from 'cdk8s-plus-28';
import { appLabels, type AppName } from './labels';

// Pods are written with the API's own types: the workloads of cdk8s-plus add a label made of a hash, cannot turn
// service links off and have no volume claim templates.

/** The settings that every container has, under the names of LabProps. */
export interface Resources {
  cpuRequestMillicores: number;
  cpuLimitMillicores: number;
  memoryRequestMebibytes: number;
  memoryLimitMebibytes: number;
}

export interface Pod {
  app: AppName;
  image: string;
  /** Runs instead of the image's entry point. */
  command?: string[];
  /** Arguments of the image's entry point. */
  args?: string[];
  env: k8s.EnvVar[];
  port: { name: string; number: number };
  resources: Resources;
  probes: Pick<k8s.Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'>;
  /** Numeric user and group, so that the kubelet can tell that it is not root. */
  user: number;
  /** Folders beside /tmp that are written to: the root file system is read-only. */
  scratch?: Record<string, string>;
  volumes?: k8s.Volume[];
  mounts?: k8s.VolumeMount[];
  annotations?: Record<string, string>;
}

/** A pod of one container that satisfies the Pod Security standard "restricted". */
export function podTemplate(pod: Pod): k8s.PodTemplateSpec {
  const scratch = Object.entries({ tmp: '/tmp', ...pod.scratch });
  return {
    metadata: { labels: appLabels(pod.app, pod.image), annotations: pod.annotations },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
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
          name: pod.app,
          image: pod.image,
          imagePullPolicy: 'IfNotPresent',
          command: pod.command,
          args: pod.args,
          env: pod.env,
          ports: [{ name: pod.port.name, containerPort: pod.port.number, protocol: 'TCP' }],
          resources: resourceRequirements(pod.resources),
          ...pod.probes,
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

export function env(variables: Record<string, string | number | boolean>): k8s.EnvVar[] {
  return Object.entries(variables).map(([name, value]) => ({ name, value: String(value) }));
}

export function secretEnv(name: string, secret: string, key: string): k8s.EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}

function resourceRequirements(resources: Resources): k8s.ResourceRequirements {
  const { cpuRequestMillicores, cpuLimitMillicores, memoryRequestMebibytes, memoryLimitMebibytes } =
    resources;
  return {
    requests: quantities(cpuRequestMillicores, memoryRequestMebibytes),
    limits: quantities(cpuLimitMillicores, memoryLimitMebibytes),
  };
}

function quantities(millicores: number, mebibytes: number): Record<string, k8s.Quantity> {
  return {
    cpu: k8s.Quantity.fromString(`${millicores}m`),
    memory: k8s.Quantity.fromString(`${mebibytes}Mi`),
  };
}
