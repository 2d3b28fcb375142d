import { setTimeout as sleep } from 'node:timers/promises';
import {
  describe,
  disruptionOf,
  ApiError,
  failOnHopeless,
  type KubeApi,
  type KubeEvent,
  type PodObject,
  statusOf,
  withQuery,
} from '../../engine/kubernetes';
import { LabError } from '../../model/errors';
import type { Batch } from './collected';
import { COLLECTOR, COLLECTOR_CONTAINER, GENERATOR, GENERATOR_CONTAINER } from './objects';
import { COLLECTOR_PORT, K6_PORT } from './ports';
import type { Ended } from './summary';

const POLL_MS = 250;
const LEFT_ALONE_HINT = 'Repeat the run. `kubectl get events` may say why the cluster removed the pod.';
/** The status of the collector's own errors, e.g. that a generator has not answered. */
const COLLECTOR_ERROR = 500;
/** Long, because images may have to be pulled. */
const START_DEADLINE_MS = 180_000;

/** The pods that send the load in the cluster: their states and their output. */
export class Generators {
  private addresses: string[] = [];
  private names: string[] = [];
  /** Warnings of earlier runs in the same namespace, each with its version. */
  private old = new Set<string>();

  constructor(
    private readonly api: KubeApi,
    private readonly namespace: string,
    private readonly labels: Record<string, string>,
    private readonly count: number,
    private readonly deadlineMs = START_DEADLINE_MS,
  ) {}

  /** From now on, only new warnings of the cluster count. */
  async forgetWarnings(): Promise<void> {
    this.old = new Set((await this.warnings()).map(versionOf));
  }

  /**
   * @returns host:port of the collector.
   * @throws LabError (environment), in the cluster's own words, when it does not start.
   */
  async collectorReady(signal?: AbortSignal): Promise<string> {
    const [pod] = await this.untilRunning(COLLECTOR, COLLECTOR_CONTAINER, 1, signal);
    return hostAndPort(pod!, COLLECTOR_PORT);
  }

  /** @throws LabError (environment), in the cluster's own words, when they do not start. */
  async ready(signal?: AbortSignal): Promise<void> {
    const pods = await this.untilRunning(GENERATOR, GENERATOR_CONTAINER, this.count, signal);
    this.names = pods.map(({ metadata }) => metadata.name);
    this.addresses = pods.map((pod) => hostAndPort(pod, K6_PORT));
  }

  /** @param page page of the collector. The generators' addresses are sent with it. */
  async tell(page: 'await' | 'start' | 'started' | 'stop'): Promise<void> {
    const query = this.addresses.map((address): [string, string] => ['generator', address]);
    const path = `${this.collector}/${page}?${new URLSearchParams(query)}`;
    await this.api.text('POST', path, { timeoutMs: START_DEADLINE_MS }).catch(collectorFailed);
  }

  events(after: number, whole: boolean): Promise<Batch> {
    const path = withQuery(`${this.collector}/events`, { after, whole: whole || undefined });
    return this.api.json<Batch>('GET', path).catch(collectorFailed);
  }

  /**
   * @returns how the generators ended; undefined while any of them is running.
   * @throws LabError (environment) when the cluster has removed one.
   */
  async ended(): Promise<Ended[] | undefined> {
    const pods = await Promise.all(this.names.map((name) => this.find(name)));
    // By name: an injected sidecar may come first, and runs on when k6 has ended.
    const ends = pods.map((pod) => statusOf(pod, GENERATOR_CONTAINER)?.state?.terminated);
    if (ends.some((end) => end === undefined)) return undefined;
    const logs = await Promise.all(
      this.names.map((name) =>
        this.api.text('GET', `${this.pods}/${name}/log?container=${GENERATOR_CONTAINER}`),
      ),
    );
    return ends.map((end, index) => ({ exitCode: end!.exitCode, reason: end!.reason, log: logs[index]! }));
  }

  /** The error for generators that do not end. `what` they did, in the words of the pods' states. */
  async endless(what: string): Promise<LabError> {
    const pods = await Promise.all(this.names.map((name) => this.find(name)));
    return new LabError(
      `The load generator ${what}, and its container "${GENERATOR_CONTAINER}" has not ended: ${pods.map((pod) => describe(pod, [])).join('; ')}`,
      'environment',
      LEFT_ALONE_HINT,
    );
  }

  private async find(name: string): Promise<PodObject> {
    const pod = await this.api.get<PodObject>(`${this.pods}/${name}`);
    const why = pod && (disruptionOf(pod) ?? (pod.metadata.deletionTimestamp && 'it is being deleted'));
    if (pod && why === undefined) return pod;
    throw new LabError(
      `The cluster removed the load generator ${name}: ${why ?? 'it is gone'}`,
      'environment',
      LEFT_ALONE_HINT,
    );
  }

  private get pods(): string {
    return `/api/v1/namespaces/${this.namespace}/pods`;
  }

  private get collector(): string {
    return `${this.pods}/${COLLECTOR}:${COLLECTOR_PORT}/proxy`;
  }

  /** Warnings of the cluster since `forgetWarnings`. */
  private async warnings(): Promise<KubeEvent[]> {
    const path = `/api/v1/namespaces/${this.namespace}/events`;
    const { items } = await this.api.list<KubeEvent>(path, { fieldSelector: 'type=Warning' });
    return items.filter((event) => !this.old.has(versionOf(event)));
  }

  private async untilRunning(
    name: string,
    container: string,
    count: number,
    signal?: AbortSignal,
  ): Promise<PodObject[]> {
    const labels = { ...this.labels, 'app.kubernetes.io/name': name };
    const labelSelector = Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
    const deadline = performance.now() + this.deadlineMs;
    for (;;) {
      const { items } = await this.api.list<PodObject>(this.pods, { labelSelector });
      const pods = items.filter(isGenerating);
      if (pods.length === count && pods.every((pod) => hasBegun(pod, container))) return pods;
      const warnings = await this.warnings();
      failOnHopeless(items, warnings, [], 'The load'); // also the helpers of the k6 operator
      failOnHopeless(pods, warnings, [{ name, pods: count }], 'The load');
      if (signal?.aborted) throw new LabError('interrupted', 'interrupted');
      if (performance.now() > deadline) throw notThere(name, count, items, warnings);
      await sleep(POLL_MS);
    }
  }
}

function collectorFailed(error: unknown): never {
  if (error instanceof LabError) throw error;
  const answered = error instanceof ApiError && error.status === COLLECTOR_ERROR;
  throw new LabError(
    `The load's collector ${answered ? 'reports' : 'does not answer'}: ${(error as Error).message}`,
    'environment',
    LEFT_ALONE_HINT,
  );
}

function versionOf({ metadata }: KubeEvent): string {
  return `${metadata.name} ${(metadata as { resourceVersion?: string }).resourceVersion}`;
}

function hostAndPort({ status: { podIP = '' } }: PodObject, port: number): string {
  return podIP.includes(':') ? `[${podIP}]:${port}` : `${podIP}:${port}`;
}

/** Excludes the helper pods of the k6 operator, which carry the same labels. */
function isGenerating({ metadata }: PodObject): boolean {
  const { labels = {} } = metadata;
  return labels.app !== 'k6' || labels.runner === 'true';
}

/** Running and ready, or already ended, as when k6 refuses the script. */
function hasBegun(pod: PodObject, container: string): boolean {
  const { state, ready } = statusOf(pod, container) ?? {};
  return state?.terminated !== undefined || (state?.running !== undefined && ready === true);
}

function notThere(name: string, count: number, pods: PodObject[], warnings: KubeEvent[]): LabError {
  const ofOwners = warnings.filter(({ involvedObject }) => involvedObject.name.startsWith(name));
  const found = [
    ...pods.map((pod) => describe(pod, warnings)),
    ...ofOwners.filter(({ involvedObject }) => involvedObject.kind !== 'Pod').map(({ message }) => message),
  ];
  return new LabError(
    `${count === 1 ? 'The pod' : `${count} pods`} of ${name} did not start: ${found.join('; ') || 'there is none'}`,
    'environment',
    count === 1 ? 'docs/kubernetes.md says what the cluster needs.' : 'Check that the k6 operator runs.',
  );
}
