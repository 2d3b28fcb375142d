import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineOptions, RunningSystem, Scrape } from '../../model/engine';
import { LabError } from '../../model/errors';
import type { LimitsInfo } from '../../model/events';
import { AutoscalerLoop } from './autoscaler-loop';
import type { Manifests } from './manifests/read';
import type { Workload } from './manifests/schema';
import { serveMetrics, type MetricsServer } from './metrics-server';
import type { Pod } from './pod';
import { PodFactory, type PodSurroundings } from './pod-factory';
import { scrapePods } from './scrape';
import { engineSamples } from './series';
import { LocalService } from './services';
import { WorkloadController } from './workload';

/** Times that are fixed in a cluster. Tests can change them. */
export interface LocalTiming {
  /** Longest wait for all pods to be ready, ms. */
  startDeadlineMs: number;
  /** Longest wait for a pod to end on its own when the system is taken down, ms. */
  maxGraceMs: number;
  autoscalerIntervalMs: number;
}

const READY_POLL_MS = 25;

/** The pods, Services and autoscalers of one set of manifests. */
export class LocalSystem implements RunningSystem {
  readonly limits: LimitsInfo;
  private readonly services: LocalService[];
  private readonly workloads: WorkloadController[];
  private readonly autoscalers: AutoscalerLoop[];
  private metrics?: MetricsServer;
  private failure?: unknown;
  private ending?: Promise<void>;

  /** @param clear removes the surroundings, once the system itself is down. */
  constructor(
    private readonly manifests: Manifests,
    private readonly surroundings: PodSurroundings,
    private readonly timing: LocalTiming,
    private readonly options: EngineOptions,
    private readonly clear: () => Promise<void>,
  ) {
    this.limits = surroundings.limiter.info;
    this.services = manifests.services.map(
      (service) => new LocalService(service, surroundings.network.allocate()),
    );
    const names = {
      namespace: manifests.namespace,
      services: new Map(this.services.map((service) => [service.name, service.host])),
    };
    const factory = new PodFactory(manifests, surroundings, names, options.emit, (pod, change) =>
      this.follow(pod, change),
    );
    this.workloads = manifests.workloads.map(
      (workload) =>
        new WorkloadController(workload, {
          makePod: (name) => factory.make(name, workload),
          onScale: (controller, from, to) => this.announceScale(controller, from, to),
          onError: this.fail,
        }),
    );
    this.autoscalers = manifests.autoscalers.map(
      (hpa) => new AutoscalerLoop(hpa, this.target(hpa.spec.scaleTargetRef.name), options.emit, this.fail),
    );
  }

  /** Objects that are accepted but not enforced locally, each with the reason. */
  get recorded(): readonly string[] {
    return this.manifests.recorded;
  }

  get metricsUrl(): string | undefined {
    return this.metrics?.url;
  }

  /**
   * Starts all pods and waits until they are ready and their Services are reachable.
   * @throws LabError (environment) with the pod, its state and its last log lines when the deadline passes.
   */
  async start(): Promise<void> {
    const deadline = performance.now() + this.timing.startDeadlineMs;
    const { address } = this.surroundings.network.allocate();
    this.metrics = await serveMetrics(address, (timeoutMs) => this.scrape(timeoutMs));
    for (const controller of this.workloads) {
      void controller.scale(this.initialReplicas(controller.workload)).catch(this.fail);
    }
    while (!this.pods().every((pod) => pod.ready)) {
      if (this.failure) throw this.failure;
      if (this.options.signal?.aborted) throw new LabError('interrupted', 'interrupted');
      if (performance.now() > deadline) this.giveUp();
      await sleep(READY_POLL_MS);
    }
    await Promise.all(this.services.map((service) => service.follow(this.pods())));
    for (const autoscaler of this.autoscalers) autoscaler.start(this.timing.autoscalerIntervalMs);
  }

  endpoint(service: string, portName?: string): string {
    const found = this.services.find(({ name }) => name === service);
    if (found) return found.endpoint(portName);
    const names = this.services.map(({ name }) => name).join(', ');
    throw new LabError(`there is no Service "${service}"`, 'usage', `Services: ${names || 'none'}.`);
  }

  async scrape(timeoutMs: number): Promise<Scrape> {
    const { samples, failed } = await scrapePods(this.pods(), timeoutMs);
    return { samples: [...samples, ...engineSamples(this.workloads, this.manifests.namespace)], failed };
  }

  down(): Promise<void> {
    this.ending ??= this.end();
    return this.ending;
  }

  private async end(): Promise<void> {
    for (const autoscaler of this.autoscalers) autoscaler.stop();
    this.metrics?.close();
    try {
      await Promise.all(this.workloads.map((controller) => controller.stop(this.timing.maxGraceMs)));
      await Promise.all(this.services.map((service) => service.close()));
    } finally {
      await this.clear();
    }
  }

  private pods(): Pod[] {
    return this.workloads.flatMap((controller) => controller.pods);
  }

  private target(name: string): WorkloadController {
    const found = this.workloads.find(
      (controller) => controller.workload.kind === 'Deployment' && controller.name === name,
    );
    if (found) return found;
    throw new LabError(`the target of an autoscaler, Deployment/${name}, is missing`, 'usage', 'Add it.');
  }

  private initialReplicas({ kind, metadata, spec }: Workload): number {
    const scaler = this.manifests.autoscalers.find(
      (hpa) => kind === 'Deployment' && hpa.spec.scaleTargetRef.name === metadata.name,
    );
    const { minReplicas, maxReplicas } = scaler?.spec ?? { minReplicas: 0, maxReplicas: Infinity };
    return Math.min(Math.max(spec.replicas, minReplicas), maxReplicas);
  }

  private announceScale({ name, setName, workload }: WorkloadController, from: number, to: number): void {
    if (workload.kind !== 'Deployment') return;
    const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${setName} from ${from} to ${to}`;
    this.options.emit({ type: 'pod', pod: name, app: name, reason: 'ScalingReplicaSet', message });
  }

  /** Updates the Services of a pod after a change of the pod. */
  private follow(pod: Pod, change: 'ready' | 'crashed'): void {
    for (const service of this.services.filter((candidate) => candidate.selects(pod))) {
      if (change === 'crashed') service.reset(pod);
      else service.follow(this.pods()).catch(this.fail);
    }
  }

  private giveUp(): never {
    const unready = this.pods().filter((pod) => !pod.ready);
    throw new LabError(
      `not ready after ${this.timing.startDeadlineMs / 1000} s:\n${unready.map((pod) => pod.describe()).join('\n')}`,
      'environment',
      'If the log shows no cause, the host may be too busy or the limits too low for the pods to start.',
    );
  }

  /** Ends a start that is in progress. After the start, the run continues without the failed part. */
  private readonly fail = (error: unknown): void => {
    this.failure ??= error;
    this.options.emit({
      type: 'log',
      source: 'engine',
      line: error instanceof Error ? error.message : String(error),
    });
  };
}
