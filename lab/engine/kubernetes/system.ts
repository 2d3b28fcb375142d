import type { KubeObject } from '../../../constructs/kube-object';
import type { EngineOptions, RunningSystem, Scrape } from '../../model/engine';
import { LabError } from '../../model/errors';
import type { LimitsInfo, PodEvent } from '../../model/events';
import { sleep } from '../../support/sleep';
import { ApiError, type KubeApi } from './api';
import { ApiOutage } from './api-outage';
import { labelled } from './labelled';
import type { NamespaceClaim } from './namespace';
import { ObjectWatch } from './object-watch';
import { FIELD_MANAGER, RUN_LABEL, type Deployment, type KubeEvent, type PodObject } from './objects';
import { isOomKill, podChanges, terminations, toldByCluster } from './pod-events';
import { failOnHopeless, missing, type Wanted } from './readiness';
import { Scraper } from './scrape';
import { stateSamples } from './series';
import { takeDown } from './take-down';

/** Long, because images may have to be pulled. */
export const START_DEADLINE_MS = 180_000;
const POLL_MS = 200;
const START_HINT =
  'If this shows no cause, the cluster may be too busy, or the limits too low for the pods to start.';
const TAINTED = /untolerated taint/;
const TAINT_HINT =
  '`kubectl describe nodes` shows the taint. A taint node.kubernetes.io/…-pressure disappears when the node has room again. A permanent taint needs the setting `tolerations`.';
/** A kubelet measures a container at least this often. */
const SETTLE_MS = 35_000;

/** The synthesized manifests as a running system in a namespace of a cluster. */
export class KubernetesSystem implements RunningSystem {
  private readonly pods: ObjectWatch<PodObject>;
  private readonly deployments: ObjectWatch<Deployment>;
  private readonly events: ObjectWatch<KubeEvent>;
  private readonly scraper: Scraper;
  private readonly warnings = new Map<string, KubeEvent>();
  private readonly oomKills = new Map<string, number>();
  private readonly evicted = new Set<string>();
  private ending?: Promise<void>;

  constructor(
    private readonly api: KubeApi,
    private readonly claim: NamespaceClaim,
    private readonly run: string,
    private readonly manifests: KubeObject[],
    private readonly options: EngineOptions,
    readonly limits: LimitsInfo,
  ) {
    const { namespace } = claim;
    const ours = `${RUN_LABEL}=${run},app.kubernetes.io/component!=load`;
    const outage = new ApiOutage((line) => this.log(line));
    const error = (problem: Error): void => {
      if (problem instanceof ApiError) this.log(`watching the cluster: ${problem.message}`);
      else outage.began(problem);
    };
    const recovered = () => outage.ended();
    this.pods = new ObjectWatch(api, `/api/v1/namespaces/${namespace}/pods`, ours, {
      change: (before, after) => this.onPod(before, after),
      error,
      recovered,
    });
    this.deployments = new ObjectWatch(api, `/apis/apps/v1/namespaces/${namespace}/deployments`, ours, {
      change: () => undefined,
      error,
      recovered,
    });
    this.events = new ObjectWatch(api, `/api/v1/namespaces/${namespace}/events`, undefined, {
      change: (_, after) => after && this.onEvent(after),
      error,
      recovered,
    });
    this.scraper = new Scraper(api, namespace);
  }

  /**
   * Applies the manifests and waits until all pods are ready.
   * @throws LabError (environment), in the cluster's own words, when they cannot become ready or do not
   * within the deadline; LabError (usage) for a manifest that the API server rejects as wrong.
   */
  async start(deadlineMs: number): Promise<void> {
    const watches = [this.pods, this.deployments, this.events];
    await Promise.all(watches.map((watch) => watch.start()));
    for (const object of this.manifests) await this.apply(object);
    const wanted = wantedPods(this.manifests);
    const deadline = performance.now() + deadlineMs;
    for (;;) {
      if (this.options.signal?.aborted) throw new LabError('interrupted', 'interrupted');
      const pods = [...this.pods.byName.values()];
      const warnings = [...this.warnings.values()];
      failOnHopeless(pods, warnings, wanted);
      const left = missing(wanted, pods, warnings);
      if (left.length === 0) return;
      if (performance.now() > deadline) {
        throw new LabError(
          `Not ready after ${deadlineMs / 1000} s:\n${left.join('\n')}`,
          'environment',
          left.some((line) => TAINTED.test(line)) ? TAINT_HINT : START_HINT,
        );
      }
      await sleep(POLL_MS);
    }
  }

  endpoint(service: string, portName?: string): string {
    const services = this.manifests.filter(({ kind }) => kind === 'Service');
    const found = services.find(({ metadata }) => metadata.name === service);
    const { ports = [] } = (found?.spec ?? {}) as { ports?: { name?: string; port: number }[] };
    const port = portName === undefined ? ports[0] : ports.find(({ name }) => name === portName);
    if (port) return `http://${service}.${this.claim.namespace}.svc:${port.port}`;
    const names = services.map(({ metadata }) => metadata.name).join(', ');
    throw new LabError(`there is no Service "${service}"`, 'usage', `Services: ${names || 'none'}.`);
  }

  async scrape(timeoutMs: number): Promise<Scrape> {
    const { samples, failed } = await this.scraper.scrape(this.pods.byName, timeoutMs);
    const states = stateSamples(this.pods.byName.values(), this.deployments.byName.values(), this.oomKills);
    return { samples: [...samples, ...states], failed };
  }

  async settled(signal: AbortSignal): Promise<void> {
    const since = Date.now();
    const isBehind = ({ metadata, status }: PodObject): boolean =>
      status.phase === 'Running' && (this.scraper.measured.get(metadata.name) ?? Infinity) < since;
    const deadline = performance.now() + SETTLE_MS;
    while ([...this.pods.byName.values()].some(isBehind)) {
      if (signal.aborted || performance.now() > deadline) return;
      await sleep(POLL_MS, signal);
    }
  }

  down(): Promise<void> {
    this.ending ??= this.end();
    return this.ending;
  }

  private async end(): Promise<void> {
    await Promise.all([this.pods, this.deployments, this.events].map((watch) => watch.close()));
    try {
      await takeDown(this.api, this.claim.namespace, this.run);
    } finally {
      this.claim.release();
    }
  }

  private async apply(object: KubeObject): Promise<void> {
    if (object.kind === 'Namespace') return;
    const { kind, metadata } = object;
    await this.api.apply(labelled(object, this.run), FIELD_MANAGER).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      const isWrong = [400, 404, 422].includes(error.status);
      throw new LabError(
        `The cluster refuses ${kind} ${metadata.name}: ${error.message}`,
        isWrong ? 'usage' : 'environment',
        isWrong
          ? 'Correct the setting that the message names, or install what it asks for.'
          : 'docs/kubernetes.md lists the rights that the lab needs.',
      );
    });
  }

  private onPod(before: PodObject | undefined, after: PodObject | undefined): void {
    if (!after) return;
    for (const event of podChanges(before, after)) this.tell(event);
    const fresh = terminations(after).filter(
      (one) =>
        isOomKill(one) && !terminations(before).some(({ containerID }) => containerID === one.containerID),
    );
    const { name } = after.metadata;
    this.oomKills.set(name, (this.oomKills.get(name) ?? 0) + fresh.length);
  }

  private onEvent(event: KubeEvent): void {
    if (event.type === 'Warning') this.warnings.set(event.metadata.name, event);
    const told = toldByCluster(event, this.pods.byName);
    if (told) this.tell(told);
  }

  /**
   * Emits an event, and each eviction only once: it can show in a pod's state, as a kubelet event, or both.
   */
  private tell(event: Omit<PodEvent, 't'>): void {
    if (event.reason === 'Evicted') {
      if (this.evicted.has(event.pod)) return;
      this.evicted.add(event.pod);
    }
    this.options.emit(event);
  }

  private log(line: string): void {
    this.options.emit({ type: 'log', source: 'engine', line });
  }
}

interface Scaled {
  replicas?: number;
  minReplicas?: number;
  scaleTargetRef?: { name: string };
}

/** The number of pods that each workload should have at the start. An autoscaler starts at its minimum. */
function wantedPods(manifests: KubeObject[]): Wanted[] {
  const scaler = (name: string): Scaled | undefined =>
    manifests
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map(({ spec }) => spec as Scaled)
      .find(({ scaleTargetRef }) => scaleTargetRef?.name === name);
  return manifests
    .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    .map(({ metadata: { name }, spec }) => ({
      name,
      pods: (spec as Scaled).replicas ?? scaler(name)?.minReplicas ?? 1,
    }));
}
