import type { KubeObject } from '../../../constructs/kube-object';
import type { EngineOptions, RunningSystem, Scrape } from '../../model/engine';
import { LabError } from '../../model/errors';
import type { LimitsInfo, PodEvent } from '../../model/events';
import { sleep } from '../../support/sleep';
import { ApiError, type KubeApi } from './api';
import { ApiOutage } from './api-outage';
import { createOwn } from './creation';
import { labelled } from './labelled';
import { type NamespaceClaim, namespacePath } from './namespace';
import { type Listener, ObjectWatch } from './object-watch';
import { type Autoscaler, RUN_LABEL, type Deployment, type KubeEvent, type PodObject } from './objects';
import { isOomKill, podChanges, terminations, toldByCluster } from './pod-events';
import { failOnHopeless, missing, type Wanted } from './readiness';
import { refusal } from './refusal';
import { Scraper } from './scrape';
import { blindness, stateSamples } from './series';
import { releaseAll } from './take-down';

/** Long, because images may have to be pulled. */
export const START_DEADLINE_MS = 180_000;
const POLL_MS = 200;
const START_HINT =
  'If this shows no cause, the cluster may be too busy, or the limits too low for the pods to start.';
const TAINTED = /untolerated taint/;
const TAINT_HINT =
  '`kubectl describe nodes` shows the taint. A taint node.kubernetes.io/…-pressure disappears when the node has room again. A permanent taint needs the setting `tolerations`.';
/**
 * An autoscaler needs up to a minute for the metrics of new pods, as a share of the longest start. Without
 * metrics the load begins all the same, and the run is inconclusive.
 */
const AUTOSCALER_SHARE = 0.5;
/** The label that tells the load's objects from the system's. */
const COMPONENT = 'app.kubernetes.io/component';
/** A kubelet measures a container at least this often. */
const SETTLE_MS = 35_000;

/** The synthesized manifests as a running system in a namespace of a cluster. */
export class KubernetesSystem implements RunningSystem {
  private readonly pods: ObjectWatch<PodObject>;
  private readonly deployments: ObjectWatch<Deployment>;
  private readonly autoscalers: ObjectWatch<Autoscaler>;
  /** The load's own pods. They are no part of the system, but a throttled one would make it look slow. */
  private readonly loadPods: ObjectWatch<PodObject>;
  /** Pods and events in other namespaces, which are only waited for: those of the bundled monitoring. */
  private readonly elsewhere: ObjectWatch<PodObject>[];
  private readonly watches: Pick<ObjectWatch<PodObject>, 'start' | 'close'>[];
  private readonly namespace: string;
  private readonly scraper: Scraper;
  private readonly warnings = new Map<string, KubeEvent>();
  private readonly oomKills = new Map<string, number>();
  private readonly evicted = new Set<string>();
  /** Events from before the start are of earlier runs in the same namespace. */
  private begun = false;
  private ending?: Promise<void>;

  constructor(
    private readonly api: KubeApi,
    private readonly claims: NamespaceClaim[],
    private readonly run: string,
    private readonly manifests: KubeObject[],
    private readonly options: EngineOptions,
    readonly limits: LimitsInfo,
  ) {
    const [{ namespace }, ...others] = claims as [NamespaceClaim, ...NamespaceClaim[]];
    this.namespace = namespace;
    const outage = new ApiOutage((line) => this.log(line));
    const listener = {
      change: () => undefined,
      error: (problem: Error): void => {
        if (problem instanceof ApiError) this.log(`watching the cluster: ${problem.message}`);
        else outage.began(problem);
      },
      recovered: () => outage.ended(),
    };
    const watch = <T extends KubeObject>(path: string, selector?: string, change?: Listener<T>['change']) =>
      new ObjectWatch<T>(api, path, selector, { ...listener, ...(change && { change }) });
    const mine = `${RUN_LABEL}=${run}`;
    const system = `${mine},${COMPONENT}!=load`;
    const eventsOf = (path: string) =>
      watch<KubeEvent>(`${path}/events`, undefined, (_, after) => after && this.onEvent(after));
    const home = namespacePath(namespace);
    this.pods = watch<PodObject>(`${home}/pods`, system, (before, after) => this.onPod(before, after));
    this.loadPods = watch(`${home}/pods`, `${mine},${COMPONENT}=load`);
    this.deployments = watch(`/apis/apps/v1/namespaces/${namespace}/deployments`, system);
    this.autoscalers = watch(`/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`, system);
    this.elsewhere = others.map((claim) => watch(`${namespacePath(claim.namespace)}/pods`, mine));
    this.watches = [
      this.pods,
      this.loadPods,
      this.deployments,
      ...(manifests.some(isAutoscaler) ? [this.autoscalers] : []),
      ...this.elsewhere,
      ...claims.map((claim) => eventsOf(namespacePath(claim.namespace))),
    ];
    this.scraper = new Scraper(api, namespace);
  }

  /**
   * Creates the objects and waits until all pods are ready.
   * @throws LabError (environment), in the cluster's own words, when they cannot become ready or do not
   * within the deadline; LabError (usage) for a manifest that the API server rejects as wrong.
   */
  async start(deadlineMs: number): Promise<void> {
    await Promise.all(this.watches.map((watch) => watch.start())).catch((error: unknown) => {
      throw error instanceof ApiError ? refusal('The namespace cannot be watched', error) : error;
    });
    this.begun = true;
    for (const object of this.manifests) await this.create(object);
    const wanted = wantedPods(this.manifests);
    await this.allReady(wanted, deadlineMs);
    await this.autoscalersSee(deadlineMs * AUTOSCALER_SHARE);
  }

  private async allReady(wanted: Wanted[], deadlineMs: number): Promise<void> {
    const deadline = performance.now() + deadlineMs;
    for (;;) {
      if (this.options.signal?.aborted) throw new LabError('interrupted', 'interrupted');
      const pods = [this.pods, ...this.elsewhere].flatMap(({ byName }) => [...byName.values()]);
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

  /** Waits until every autoscaler has metrics, and says which one has none. */
  private async autoscalersSee(deadlineMs: number): Promise<void> {
    const deadline = performance.now() + deadlineMs;
    const names = this.manifests.filter(isAutoscaler).map(({ metadata }) => metadata.name);
    const blind = (): string[] =>
      names.flatMap((name) => blindness(name, this.autoscalers.byName.get(name)) ?? []);
    while (blind().length > 0) {
      if (this.options.signal?.aborted) throw new LabError('interrupted', 'interrupted');
      if (performance.now() > deadline) return blind().forEach((line) => this.log(line));
      await sleep(POLL_MS);
    }
  }

  endpoint(service: string, portName?: string): string {
    const services = this.manifests.filter(({ kind }) => kind === 'Service');
    const found = services.find(({ metadata }) => metadata.name === service);
    const { ports = [] } = (found?.spec ?? {}) as { ports?: { name?: string; port: number }[] };
    const port = portName === undefined ? ports[0] : ports.find(({ name }) => name === portName);
    if (port) return `http://${service}.${this.namespace}.svc:${port.port}`;
    const names = services.map(({ metadata }) => metadata.name).join(', ');
    throw new LabError(`there is no Service "${service}"`, 'usage', `Services: ${names || 'none'}.`);
  }

  async scrape(timeoutMs: number): Promise<Scrape> {
    const { samples, failed } = await this.scraper.scrape(this.pods.byName, timeoutMs, this.loadPods.byName);
    const states = stateSamples(
      this.pods.byName.values(),
      this.deployments.byName.values(),
      this.oomKills,
      this.autoscalers.byName.values(),
    );
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
    await Promise.all(this.watches.map((watch) => watch.close()));
    await releaseAll(this.api, this.claims, this.run);
  }

  private async create(object: KubeObject): Promise<void> {
    if (object.kind === 'Namespace') return; // made with its claim
    await createOwn(this.api, labelled(object, this.run)).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      throw refusal(`The cluster refuses ${object.kind} ${object.metadata.name}`, error);
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
    if (!this.begun) return;
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

function isAutoscaler({ kind }: KubeObject): boolean {
  return kind === 'HorizontalPodAutoscaler';
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
      .filter(isAutoscaler)
      .map(({ spec }) => spec as Scaled)
      .find(({ scaleTargetRef }) => scaleTargetRef?.name === name);
  return manifests
    .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    .map(({ metadata: { name }, spec }) => ({
      name,
      pods: (spec as Scaled).replicas ?? scaler(name)?.minReplicas ?? 1,
    }));
}
