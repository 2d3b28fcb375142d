import { setTimeout as sleep } from 'node:timers/promises';
import {
  describe,
  disruptionOf,
  failOnHopeless,
  type KubeApi,
  type PodObject,
  withQuery,
} from '../../engine/kubernetes';
import { LabError } from '../../model/errors';
import type { Batch } from './collected';
import { COLLECTOR, GENERATOR } from './objects';
import { COLLECTOR_PORT, K6_PORT } from './ports';
import type { Ended } from './summary';

const POLL_MS = 250;
const LEFT_ALONE_HINT = 'Repeat the run. `kubectl get events` may say why the cluster removed the pod.';
/** Long, because images may have to be pulled. */
const START_DEADLINE_MS = 180_000;

/** The pods that send the load in the cluster: their states and their output. */
export class Generators {
  private addresses: string[] = [];
  private names: string[] = [];

  constructor(
    private readonly api: KubeApi,
    private readonly namespace: string,
    private readonly labels: Record<string, string>,
    private readonly count: number,
  ) {}

  /**
   * @returns host:port of the collector.
   * @throws LabError (environment), in the cluster's own words, when it does not start.
   */
  async collectorReady(signal?: AbortSignal): Promise<string> {
    const [pod] = await this.untilRunning(COLLECTOR, 1, signal);
    return hostAndPort(pod!, COLLECTOR_PORT);
  }

  /** @throws LabError (environment), in the cluster's own words, when they do not start. */
  async ready(signal?: AbortSignal): Promise<void> {
    const pods = await this.untilRunning(GENERATOR, this.count, signal);
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
    const codes = pods.map(({ status }) => status.containerStatuses?.[0]?.state?.terminated?.exitCode);
    if (codes.some((code) => code === undefined)) return undefined;
    const logs = await Promise.all(
      this.names.map((name) => this.api.text('GET', `${this.pods}/${name}/log?container=k6`)),
    );
    return codes.map((code, index) => ({ exitCode: code!, log: logs[index]! }));
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

  private async untilRunning(name: string, count: number, signal?: AbortSignal): Promise<PodObject[]> {
    const labels = { ...this.labels, 'app.kubernetes.io/name': name };
    const labelSelector = Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
    const deadline = performance.now() + START_DEADLINE_MS;
    for (;;) {
      const { items } = await this.api.list<PodObject>(this.pods, { labelSelector });
      const pods = items.filter(isGenerating);
      if (pods.length === count && pods.every(hasBegun)) return pods;
      failOnHopeless(items, [], []);
      if (signal?.aborted) throw new LabError('interrupted', 'interrupted');
      if (performance.now() > deadline) throw notThere(name, count, items);
      await sleep(POLL_MS);
    }
  }
}

function collectorFailed(error: unknown): never {
  if (error instanceof LabError) throw error;
  throw new LabError(
    `The load's collector does not answer: ${(error as Error).message}`,
    'environment',
    LEFT_ALONE_HINT,
  );
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
function hasBegun({ status }: PodObject): boolean {
  const { state, ready } = status.containerStatuses?.[0] ?? {};
  return state?.terminated !== undefined || (state?.running !== undefined && ready === true);
}

function notThere(name: string, count: number, pods: PodObject[]): LabError {
  const found = pods.map((pod) => describe(pod, []));
  return new LabError(
    `${count === 1 ? 'The pod' : `${count} pods`} of ${name} did not start: ${found.join('; ') || 'there is none'}`,
    'environment',
    count === 1 ? 'docs/kubernetes.md says what the cluster needs.' : 'Check that the k6 operator runs.',
  );
}
