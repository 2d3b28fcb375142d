import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { AppService } from './app-service';
import { appLabels, selectorLabels, type AppName } from './labels';
import { env, podTemplate, type Resources } from './pod';

/** The user `node` of the official Node images. */
const NODE_USER = 1000;

export interface NodeAppProps {
  app: AppName;
  image: string;
  /** Left out when an autoscaler decides it: applying the manifest again must not undo its decision. */
  replicas?: number;
  port: number;
  resources: Resources;
  /** Compiled entry point, relative to the image's working directory. */
  entry: string;
  env: k8s.EnvVar[];
}

/** An HTTP server on Node: a Deployment that serves /health, /ready and /metrics, and its Service. */
export class NodeApp extends Construct {
  constructor(scope: Construct, id: string, props: NodeAppProps) {
    super(scope, id);
    const { app, image } = props;
    const port = { name: 'http', number: props.port };
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: { name: app, labels: appLabels(app, image) },
      spec: {
        replicas: props.replicas,
        selector: { matchLabels: selectorLabels(app) },
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: {
            maxSurge: k8s.IntOrString.fromNumber(1),
            maxUnavailable: k8s.IntOrString.fromNumber(0),
          },
        },
        template: podTemplate({
          app,
          image,
          command: ['node', props.entry],
          env: [...baseEnv(props), ...props.env],
          port,
          resources: props.resources,
          probes: {
            startupProbe: probe('/ready', { periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 60 }),
            readinessProbe: probe('/ready', { periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 3 }),
            // Slower and more patient than readiness: a restart is the last resort, and loses the queue.
            livenessProbe: probe('/health', { periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 6 }),
          },
          user: NODE_USER,
          annotations: {
            'prometheus.io/scrape': 'true',
            'prometheus.io/port': String(port.number),
            'prometheus.io/path': '/metrics',
          },
        }),
      },
    });
    new AppService(this, 'service', { app, image, port });
  }
}

function baseEnv({ port, resources }: NodeAppProps): k8s.EnvVar[] {
  return [
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ...env({
      PORT: port,
      // libuv's default, written down: it does not follow the CPU limit.
      UV_THREADPOOL_SIZE: 4,
      // Half of the limit: buffers, stacks and code live beside the heap, and a full heap (exit 134) must not
      // be mistaken for the kernel's verdict on the whole process (137).
      NODE_OPTIONS: `--max-old-space-size=${Math.floor(resources.memoryLimitMebibytes / 2)}`,
    }),
  ];
}

function probe(path: string, timing: Omit<k8s.Probe, 'httpGet'>): k8s.Probe {
  return { httpGet: { path, port: k8s.IntOrString.fromString('http'), scheme: 'HTTP' }, ...timing };
}
