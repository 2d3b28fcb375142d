import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KubeObject } from '../../../constructs';
import { KubeApi } from '../../../lab/engine/kubernetes/api';

export interface Stored extends KubeObject {
  metadata: KubeObject['metadata'] & { resourceVersion?: string; deletionTimestamp?: string };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- every kind has its own
  status?: any;
}

/** The kinds that the fake cluster knows: apiVersion, kind, plural, and whether they belong to a namespace. */
const KINDS: [apiVersion: string, kind: string, plural: string, namespaced: boolean][] = [
  ['v1', 'Namespace', 'namespaces', false],
  ['v1', 'Pod', 'pods', true],
  ['v1', 'Service', 'services', true],
  ['v1', 'ConfigMap', 'configmaps', true],
  ['v1', 'Secret', 'secrets', true],
  ['v1', 'ServiceAccount', 'serviceaccounts', true],
  ['v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', true],
  ['scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', false],
  ['v1', 'Event', 'events', true],
  ['apps/v1', 'Deployment', 'deployments', true],
  ['apps/v1', 'StatefulSet', 'statefulsets', true],
  ['batch/v1', 'Job', 'jobs', true],
  ['autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', true],
  ['networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', true],
  ['networking.k8s.io/v1', 'Ingress', 'ingresses', true],
  ['gateway.networking.k8s.io/v1', 'HTTPRoute', 'httproutes', true],
  ['monitoring.coreos.com/v1', 'ServiceMonitor', 'servicemonitors', true],
  ['monitoring.coreos.com/v1', 'PrometheusRule', 'prometheusrules', true],
  ['policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', true],
  ['coordination.k8s.io/v1', 'Lease', 'leases', true],
  ['rbac.authorization.k8s.io/v1', 'Role', 'roles', true],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings', true],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', false],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', false],
];

const OWNED = new Set(['Deployment', 'StatefulSet', 'Job']);

export interface Refusal {
  status: number;
  message: string;
}

/** An answer to a request, or undefined to let the cluster answer it. */
export type Rule = (method: string, path: string, body?: Stored) => Refusal | undefined;

/**
 * An API server with objects in memory, behind real HTTP: it stores, lists, watches and deletes, makes the pods
 * of workloads, and refuses what its rules refuse.
 */
export class FakeCluster {
  readonly objects = new Map<string, Stored>();
  /** Refuses requests. */
  rules: Rule[] = [];
  /** The status of every new pod. */
  podStatus: (pod: Stored) => object = readyStatus;
  /** Changes every new pod before it is stored, as an injector does. */
  inject: (pod: Stored) => Stored = (pod) => pod;
  /** Whether a deleted object disappears. */
  leaves: (path: string) => boolean = () => true;
  /** Answers for requests below a pod: its log or its proxy. */
  below: (path: string) => string | undefined = () => undefined;
  private readonly server: Server;
  private readonly watchers = new Set<{ folder: string; selector: string; response: ServerResponse }>();
  private version = 1;

  private constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async up(): Promise<FakeCluster> {
    const cluster = new FakeCluster();
    cluster.server.listen(0, '127.0.0.1');
    await once(cluster.server, 'listening');
    return cluster;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  api(): KubeApi {
    const options = () => Promise.resolve({});
    return new KubeApi({ server: this.url, context: 'fake', options });
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  namespace(name: string, more: Partial<Stored> = {}): void {
    const metadata = { name, ...more.metadata };
    this.store(`/api/v1/namespaces/${name}`, { apiVersion: 'v1', kind: 'Namespace', ...more, metadata });
  }

  /** The stored objects as Kind/name, except for events. */
  get titles(): string[] {
    return [...this.objects.values()]
      .filter(({ kind }) => kind !== 'Event')
      .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
      .sort();
  }

  store(path: string, object: Stored): void {
    const isNew = !this.objects.has(path);
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.version++) } };
    this.objects.set(path, stored);
    this.tell(isNew ? 'ADDED' : 'MODIFIED', path, stored);
    if (isNew && OWNED.has(object.kind)) this.makePods(path, object);
  }

  remove(path: string): void {
    const stored = this.objects.get(path);
    if (!stored) return;
    if (!this.leaves(path)) {
      const metadata = { ...stored.metadata, deletionTimestamp: '2026-11-28T00:00:00Z' };
      this.store(path, { ...stored, metadata });
      return;
    }
    this.objects.delete(path);
    this.tell('DELETED', path, stored);
    const { kind: owner, metadata: own } = stored;
    for (const [other, { kind, metadata }] of [...this.objects]) {
      const isInside = owner === 'Namespace' && namespaceOf(other) === own.name;
      const isOwned = OWNED.has(owner) && kind === 'Pod' && metadata.name.startsWith(`${own.name}-pod-`);
      if (isInside || isOwned) this.remove(other);
    }
  }

  private makePods(path: string, { kind, metadata, spec }: Stored): void {
    const { template, replicas = 1 } = spec as {
      template: { metadata: object; spec: object };
      replicas?: number;
    };
    const namespace = namespaceOf(path)!;
    for (let index = 0; index < replicas; index++) {
      const name = `${metadata.name}-pod-${index}`;
      const podPath = `/api/v1/namespaces/${namespace}/pods/${name}`;
      const refused = this.refusal('POST', podPath.slice(0, podPath.lastIndexOf('/')));
      if (refused) this.event(namespace, 'FailedCreate', kind, metadata.name, refused.message);
      else this.makePod(podPath, { ...template.metadata, name, namespace }, template.spec);
    }
  }

  private makePod(path: string, metadata: Stored['metadata'], spec: object): void {
    const pod = this.inject({ apiVersion: 'v1', kind: 'Pod', metadata, spec } as Stored);
    this.store(path, { ...pod, status: this.podStatus(pod) });
  }

  event(namespace: string, reason: string, kind: string, name: string, message: string): void {
    const metadata = { name: `${name}.${this.version}`, namespace };
    const object = { apiVersion: 'v1', kind: 'Event', type: 'Warning', metadata, reason, message };
    const involvedObject = { kind, name };
    this.store(`/api/v1/namespaces/${namespace}/events/${metadata.name}`, {
      ...object,
      involvedObject,
    } as Stored);
  }

  private refusal(method: string, path: string, body?: Stored): Refusal | undefined {
    return this.rules.map((rule) => rule(method, path, body)).find(Boolean);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://cluster');
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const body = text === '' ? undefined : (JSON.parse(text) as Stored);
    const refused = this.refusal(request.method!, url.pathname, body);
    if (refused) return void send(response, refused.status, { message: refused.message });
    if (request.method === 'GET') return this.read(url, response);
    if (request.method === 'DELETE') {
      if (!this.objects.has(url.pathname)) return void send(response, 404, { message: 'not found' });
      this.remove(url.pathname);
      return void send(response, 200, {});
    }
    const below = this.below(url.pathname);
    if (below !== undefined) return void response.end(below);
    const path = request.method === 'POST' ? `${url.pathname}/${body!.metadata.name}` : url.pathname;
    if (request.method === 'POST' && this.objects.has(path))
      return void send(response, 409, { message: 'exists' });
    const isMerge = request.headers['content-type'] === 'application/merge-patch+json';
    if (isMerge && !this.objects.has(path)) return void send(response, 404, { message: 'not found' });
    const namespace = namespaceOf(path);
    if (namespace !== undefined && !this.objects.has(`/api/v1/namespaces/${namespace}`))
      return void send(response, 404, { message: `namespaces "${namespace}" not found` });
    if (body!.kind === 'Pod') this.makePod(path, body!.metadata, body!.spec as object);
    else this.store(path, { ...this.objects.get(path), ...body! });
    send(response, 200, this.objects.get(path)!);
  }

  private read(url: URL, response: ServerResponse): void {
    const { pathname: path, searchParams } = url;
    if (path === '/version') return void send(response, 200, { gitVersion: 'v1.34.4' });
    const version = /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))$/.exec(path);
    if (version) return void send(response, 200, discovery(version[1] ?? version[2]!));
    const below = this.below(path);
    if (below !== undefined) return void response.end(below);
    const plural = path.slice(path.lastIndexOf('/') + 1);
    const isFolder = KINDS.some(([, , name]) => name === plural);
    const selector = searchParams.get('labelSelector') ?? '';
    if (!isFolder) {
      const found = this.objects.get(path);
      return void send(response, found ? 200 : 404, found ?? { message: `${path} not found` });
    }
    if (searchParams.has('watch')) {
      response.flushHeaders();
      const watcher = { folder: path, selector, response };
      this.watchers.add(watcher);
      response.on('close', () => this.watchers.delete(watcher));
      return;
    }
    const items = [...this.objects]
      .filter(([key, object]) => folderOf(key) === path && selects(selector, object))
      .map(([, object]) => object);
    send(response, 200, { items, metadata: { resourceVersion: String(this.version) } });
  }

  private tell(type: string, path: string, object: Stored): void {
    for (const { folder, selector, response } of this.watchers) {
      if (folder === folderOf(path) && selects(selector, object))
        response.write(`${JSON.stringify({ type, object })}\n`);
    }
  }
}

/** The status of a pod whose containers all run. */
export function readyStatus({ spec }: Stored): object {
  const containers = (spec as { containers: { name: string }[] }).containers;
  return {
    phase: 'Running',
    podIP: '10.0.0.9',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: containers.map(({ name }) => runningContainer(name)),
  };
}

export function runningContainer(name: string): object {
  return { name, ready: true, restartCount: 0, state: { running: { startedAt: '2026-11-28T00:00:00Z' } } };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function discovery(apiVersion: string): object {
  const resources = KINDS.filter(([version]) => version === apiVersion).map(([, kind, name, namespaced]) => ({
    kind,
    name,
    namespaced,
  }));
  return { resources };
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
const namespaceOf = (path: string): string | undefined => /\/namespaces\/([^/]+)\/./.exec(path)?.[1];

/** Selectors of the forms a, a=b and a!=b. */
function selects(selector: string, { metadata: { labels = {} } }: Stored): boolean {
  return selector
    .split(',')
    .filter(Boolean)
    .every((term) => {
      const [, key, operator, value] = /^([^!=]+)(?:(!=|=)(.*))?$/.exec(term)!;
      if (operator === undefined) return Object.hasOwn(labels, key!);
      return (labels[key!] === value) === (operator === '=');
    });
}
