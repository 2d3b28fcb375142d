import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { AppService } from './app-service';
import { appLabels, selectorLabels, type Identity } from './labels';
import { ServiceMonitor } from './monitoring/service-monitor';
import { podsOf } from './network-policies';
import { env, placed, podTemplate, type Pod, type Resources } from './pod';
import { sharedBy } from './shared';
import { half, text } from './values';

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
  image: string;
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
}

/** An HTTP server on Node: a Deployment that serves /health, /ready and /metrics, and its Service. */
export class NodeApp extends Construct {
  readonly identity: Identity;
  readonly deployment: ApiObject;
  readonly service: k8s.KubeService;
  readonly address: HttpAddress;

  constructor(scope: Construct, id: string, props: NodeAppProps) {
    super(scope, id);
    const { identity, image } = props;
    const shared = sharedBy(this);
    const host = identity.objectName;
    const port = { name: 'http', number: props.port };
    const deployment = k8s.KubeDeployment.manifest({
      metadata: { name: host, labels: appLabels(identity, image) },
      spec: {
        replicas: props.replicas,
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
          spread: true,
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
    this.deployment = new ApiObject(this, 'deployment', placed(deployment, shared));
    this.service = new AppService(this, 'service', { identity, image, port }).object;
    this.address = { host, port: port.number, url: `http://${host}:${port.number}`, pods: podsOf(identity) };
    new ServiceMonitor(this, 'service-monitor', { identity, image });
  }
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
