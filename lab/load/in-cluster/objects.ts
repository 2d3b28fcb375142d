import type { KubeObject } from '../../../constructs/kube-object';
import { OWN_CONTAINER } from '../../engine/kubernetes';
import type { LoadContainer, LoadPods } from './load-pods';
import { COLLECTOR_PORT, K6_PORT } from './ports';
import type { ScriptFiles } from './script-files';

export const COLLECTOR = 'load-collector';
export const GENERATOR = 'load';
/** The names of their containers. The k6 operator calls its own the same. */
export const COLLECTOR_CONTAINER = 'collector';
export const GENERATOR_CONTAINER = 'k6';
const SCRIPTS = '/scripts';

/** User ids in the official images of Node and k6. */
const NODE_USER = 1000;
const K6_USER = 12345;

export interface LoadPlan {
  namespace: string;
  /** Labels for every created object. */
  labels: Record<string, string>;
  script: ScriptFiles;
  env: Record<string, string>;
  /** Networks (CIDR) that the load must not call. */
  forbidden: string[];
  parallelism: number;
  pods: LoadPods;
}

/** All objects of a load except the generators, in the order in which they are applied. */
export function supportObjects(plan: LoadPlan): KubeObject[] {
  return [networkPolicy(plan), scripts(plan), collector(plan)];
}

/**
 * One generator is a Job. Several are a TestRun, which the k6 operator divides among its runners.
 * @param collectorAddress host:port of the pod itself, because a new Service may not route anywhere yet, and
 * a connection to it then hangs for two minutes
 */
export function generatorObject(plan: LoadPlan, collectorAddress: string): KubeObject {
  return plan.parallelism === 1 ? job(plan, collectorAddress) : testRun(plan, collectorAddress);
}

/** Metadata of the load's objects. The label `component: load` tells them from the engine's own pods. */
function metadata(plan: LoadPlan, name: string) {
  const { labels: common, annotations } = plan.pods;
  const labels = {
    ...common,
    ...plan.labels,
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/part-of': 'backend-under-load',
    'app.kubernetes.io/managed-by': 'lab',
    'app.kubernetes.io/component': 'load',
  };
  return {
    name,
    namespace: plan.namespace,
    labels,
    ...(Object.keys(annotations.object).length > 0 && { annotations: annotations.object }),
  };
}

/** Metadata of a pod. It names its own container, before the cluster injects others. */
function podMetadata(plan: LoadPlan, name: string, container: string) {
  const { labels } = metadata(plan, name);
  return { labels, annotations: { ...plan.pods.annotations.pod, [OWN_CONTAINER]: container } };
}

/** Lets generators, collector and API server reach each other even where everything else is refused. */
function networkPolicy(plan: LoadPlan): KubeObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(plan, GENERATOR),
    spec: {
      podSelector: { matchLabels: { 'app.kubernetes.io/component': 'load' } },
      policyTypes: ['Ingress'],
      ingress: [{ ports: [K6_PORT, COLLECTOR_PORT].map((port) => ({ protocol: 'TCP', port })) }],
    },
  };
}

/** Keys of a ConfigMap must not contain slashes. */
const keyOf = (path: string): string => path.replaceAll('/', '..');

function scripts(plan: LoadPlan): KubeObject {
  const data = Object.entries(plan.script.files).map(([path, text]) => [keyOf(path), text]);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(plan, GENERATOR),
    data: Object.fromEntries(data),
  };
}

function scriptVolume({ script }: LoadPlan) {
  const items = Object.keys(script.files).map((path) => ({ key: keyOf(path), path }));
  return { name: 'scripts', configMap: { name: GENERATOR, items } };
}

const SCRIPT_MOUNT = { name: 'scripts', mountPath: SCRIPTS, readOnly: true };

function collector(plan: LoadPlan): KubeObject {
  const meta = metadata(plan, COLLECTOR);
  const pod = podMetadata(plan, COLLECTOR, COLLECTOR_CONTAINER);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...meta, annotations: { ...meta.annotations, ...pod.annotations } },
    spec: {
      ...podBasics(plan, NODE_USER),
      containers: [
        {
          ...containerBasics(COLLECTOR_CONTAINER, plan.pods.collector),
          command: ['node', 'build/lab/load/in-cluster/collector.js'],
          ports: [{ name: 'http', containerPort: COLLECTOR_PORT, protocol: 'TCP' }],
          readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 1 },
        },
      ],
    },
  };
}

function job(plan: LoadPlan, collectorAddress: string): KubeObject {
  const container = {
    ...containerBasics(GENERATOR_CONTAINER, plan.pods.generator),
    args: ['run', '--paused', '--quiet', '--address', `0.0.0.0:${K6_PORT}`, scriptPath(plan)],
    env: k6Env(plan, collectorAddress),
    ports: [{ containerPort: K6_PORT, protocol: 'TCP' }],
    volumeMounts: [SCRIPT_MOUNT],
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadata(plan, GENERATOR),
    spec: {
      backoffLimit: 0,
      template: {
        metadata: podMetadata(plan, GENERATOR, GENERATOR_CONTAINER),
        spec: { ...podBasics(plan, K6_USER), volumes: [scriptVolume(plan)], containers: [container] },
      },
    },
  };
}

function testRun(plan: LoadPlan, collectorAddress: string): KubeObject {
  const { starter, placement } = plan.pods;
  const container = containerBasics(GENERATOR_CONTAINER, plan.pods.generator);
  const pod = {
    ...placement,
    imagePullPolicy: container.imagePullPolicy,
    automountServiceAccountToken: 'false',
    securityContext: podBasics(plan, K6_USER).securityContext,
    containerSecurityContext: container.securityContext,
    resources: container.resources,
  };
  const meta = podMetadata(plan, GENERATOR, GENERATOR_CONTAINER);
  const withScript = {
    ...pod,
    metadata: meta,
    image: container.image,
    env: k6Env(plan, collectorAddress),
    // The operator's initializer writes an archive of the script to /tmp.
    volumes: [scriptVolume(plan), { name: 'tmp', emptyDir: {} }],
    volumeMounts: [SCRIPT_MOUNT, { name: 'tmp', mountPath: '/tmp' }],
  };
  return {
    apiVersion: 'k6.io/v1alpha1',
    kind: 'TestRun',
    metadata: metadata(plan, GENERATOR),
    spec: {
      parallelism: plan.parallelism,
      script: { localFile: scriptPath(plan) },
      runner: withScript,
      initializer: withScript,
      // Its container has a name of the operator's own.
      starter: { ...pod, metadata: { labels: meta.labels }, ...starter },
    },
  };
}

function scriptPath({ script }: LoadPlan): string {
  return `${SCRIPTS}/${script.entry}`;
}

/** The environment from which k6 takes the script's variables and its own options. */
function k6Env({ env, forbidden }: LoadPlan, collectorAddress: string) {
  const variables = {
    ...env,
    K6_OUT: `influxdb=http://${collectorAddress}/k6`,
    K6_SUMMARY_EXPORT: '/dev/stdout',
    K6_BLACKLIST_IPS: forbidden.join(','),
    K6_NO_USAGE_REPORT: 'true',
    K6_LOG_FORMAT: 'raw',
    NO_COLOR: 'true',
  };
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}

/** Settings that Pod Security "restricted" requires, and where the pod may run. */
function podBasics({ pods }: LoadPlan, user: number) {
  return {
    ...pods.placement,
    ...(pods.priorityClassName && { priorityClassName: pods.priorityClassName }),
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };
}

function containerBasics(name: string, { image, imagePullPolicy, resources }: LoadContainer) {
  return {
    name,
    image,
    resources,
    imagePullPolicy,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}
