import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { AppService } from './app-service';
import { DisruptionBudget } from './disruption-budget';
import { IDENTITY, IMAGE, requireHandles, type Handle } from './group-props';
import { appLabels, selectorLabels, type Identity, type Image } from './labels';
import { ServiceMonitor } from './monitoring/service-monitor';
import { podsOf } from './network-policies';
import { Optional } from './optional';
import { env, placed, podTemplate, type Pod, type Resources } from './pod';
import type { LabProps } from './schema';
import { sharedBy } from './shared';
import { and, atLeast, chooseText, half, orElse, text, unlessEmpty } from './values';

/** Where other pods of the namespace call an app. */
export interface HttpAddress {
  host: string;
  port: number;
  url: string;
  /** Selects the pods that answer. */
  pods: k8s.LabelSelector;
}

/**
 * SIGTERM comes this long after the pod starts to leave its Services' endpoints. The kube-proxy of every node
 * and clients with open connections need a moment to notice, and until then requests still arrive.
 */
const ENDPOINTS_FORGET_SECONDS = 5;

/** The user `node` of the official Node images. */
const NODE_USER = 1000;

/** How often and how patiently a pod is probed, under the names of LabProps. */
export interface ProbeTimings {
  readinessProbe: ProbeTiming;
  livenessProbe: ProbeTiming;
}

type ProbeTiming = Required<Pick<k8s.Probe, 'periodSeconds' | 'timeoutSeconds' | 'failureThreshold'>>;

export interface NodeAppProps {
  identity: Identity;
  image: Image;
  /**
   * Left out when an autoscaler decides it, because applying the manifest again must not undo its decision.
   */
  replicas?: number;
  port: number;
  resources: Resources;
  probes: ProbeTimings;
  /** Compiled entry point, relative to the image's working directory. */
  entry: string;
  env: k8s.EnvVar[];
  /** Annotations of its pods. */
  annotations?: Record<string, string>;
  /** The largest number of its pods. */
  mostPods: number;
  /** What users add to every workload. */
  workload: WorkloadSettings;
  /** Whether clients outside the cluster reach its Service. Default: they do not. */
  published?: LabProps['backend']['service'];
}

type WorkloadSettings = Pick<
  LabProps['downstream'],
  'extraEnv' | 'extraVolumes' | 'extraVolumeMounts' | 'serviceAccount' | 'podDisruptionBudget'
>;

const fields = (...names: string[]): Handle => [`{${names.join(', ')}}`, ...names];

const HANDLES = {
  identity: IDENTITY,
  image: IMAGE,
  port: ['a TCP port'],
  resources: fields(
    'cpuRequestMillicores',
    'cpuLimitMillicores',
    'memoryRequestMebibytes',
    'memoryLimitMebibytes',
  ),
  probes: fields('readinessProbe', 'livenessProbe'),
  entry: ['the path of a compiled program'],
  env: ['a list of variables, empty for none'],
  mostPods: ['a number of pods'],
  workload: fields('extraEnv', 'extraVolumes', 'extraVolumeMounts', 'serviceAccount', 'podDisruptionBudget'),
} satisfies { [Name in keyof NodeAppProps]?: Handle };

/** An HTTP server on Node: a Deployment that serves /health, /ready and /metrics, and its Service. */
export class NodeApp extends Construct {
  readonly identity: Identity;
  readonly deployment: ApiObject;
  readonly service: k8s.KubeService;
  readonly address: HttpAddress;

  /** @throws PropsError naming each property that is missing. */
  constructor(scope: Construct, id: string, props: NodeAppProps) {
    super(scope, id);
    requireHandles(this, props, HANDLES);
    const { identity, image, workload, published } = props;
    const shared = sharedBy(this);
    const host = identity.objectName;
    const port = { name: 'http', number: props.port };
    const deployment = k8s.KubeDeployment.manifest({
      metadata: { name: host, labels: appLabels(identity, image) },
      spec: {
        replicas: props.replicas,
        revisionHistoryLimit: shared.revisionHistoryLimit,
        selector: { matchLabels: selectorLabels(identity) },
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: {
            maxSurge: k8s.IntOrString.fromNumber(1),
            maxUnavailable: k8s.IntOrString.fromNumber(0),
          },
        },
        template: podTemplate(shared, {
          identity,
          image,
          command: ['node', props.entry],
          env: [...baseEnv(props), ...props.env],
          port,
          resources: props.resources,
          probes: probesOf(props.probes),
          user: NODE_USER,
          account: accountOf(workload.serviceAccount, host),
          preStop: { exec: { command: ['sleep', String(ENDPOINTS_FORGET_SECONDS)] } },
          annotations: {
            'prometheus.io/scrape': 'true',
            'prometheus.io/port': text(port.number),
            'prometheus.io/path': '/metrics',
            ...props.annotations,
          },
        }),
      },
    });
    this.identity = identity;
    this.deployment = new ApiObject(
      this,
      'deployment',
      placed(deployment, shared, { ...workload, spread: identity }),
    );
    this.service = new AppService(this, 'service', {
      identity,
      image,
      port,
      ...(published && { published }),
    }).object;
    this.address = { host, port: port.number, url: `http://${host}:${port.number}`, pods: podsOf(identity) };
    new ServiceMonitor(this, 'service-monitor', { identity, image });
    this.addAccount(workload.serviceAccount, image);
    this.addBudget(workload.podDisruptionBudget, image, props.mostPods);
  }

  private addAccount(account: WorkloadSettings['serviceAccount'], image: Image): void {
    new Optional(this, 'account', account.create, (within) => {
      new k8s.KubeServiceAccount(within, 'account', {
        metadata: {
          name: orElse(account.name, this.identity.objectName),
          labels: appLabels(this.identity, image),
          annotations: unlessEmpty(account.annotations),
        },
        automountServiceAccountToken: false,
      });
    });
  }

  private addBudget(
    { enabled, maxUnavailable }: WorkloadSettings['podDisruptionBudget'],
    image: Image,
    mostPods: number,
  ): void {
    const { identity } = this;
    new Optional(
      this,
      'availability',
      and(enabled, atLeast(mostPods, 2)),
      (within) => new DisruptionBudget(within, 'disruption-budget', { identity, image, maxUnavailable }),
    );
  }
}

/** `default` is the account that the API server would fill in. */
function accountOf({ create, name }: WorkloadSettings['serviceAccount'], own: string): string {
  return orElse(name, chooseText(create, own, 'default'));
}

function baseEnv({ port, resources }: NodeAppProps): k8s.EnvVar[] {
  return [
    { name: 'POD_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
    ...env({
      PORT: port,
      // libuv's default, made explicit because it does not follow the CPU limit.
      UV_THREADPOOL_SIZE: 4,
      // Half of the limit, because buffers, stacks and code need room beside the heap. A full heap (exit 134)
      // must not be mistaken for a kill of the whole process by the kernel (137).
      NODE_OPTIONS: `--max-old-space-size=${half(resources.memoryLimitMebibytes)}`,
    }),
  ];
}

function probesOf({ readinessProbe, livenessProbe }: ProbeTimings): Pod['probes'] {
  return {
    startupProbe: probe('/ready', { periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 60 }),
    readinessProbe: probe('/ready', readinessProbe),
    livenessProbe: probe('/health', livenessProbe),
  };
}

function probe(path: string, { periodSeconds, timeoutSeconds, failureThreshold }: ProbeTiming): k8s.Probe {
  const httpGet = { path, port: k8s.IntOrString.fromString('http'), scheme: 'HTTP' };
  return { httpGet, periodSeconds, timeoutSeconds, failureThreshold };
}
