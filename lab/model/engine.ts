import type { KubeObject } from '../../constructs/kube-object';
import type { LimitsInfo, LogEvent, PodEvent } from './events';

/** One value of one metric at one moment, in Prometheus' data model. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
  /** When it was measured, epoch ms by the lab's clock; left out: when it was scraped. */
  measuredAt?: number;
}

export interface Scrape {
  samples: Sample[];
  /** Targets that did not answer, by pod name, with the reason. */
  failed: Record<string, string>;
}

export interface EngineOptions {
  /** Called for every pod event and log line; `t` is filled in by the caller of the engine. */
  emit(event: Omit<PodEvent, 't'> | Omit<LogEvent, 't'>): void;
  /** Aborting ends a start that is still in progress; what was started is taken down. */
  signal?: AbortSignal;
}

/** Runs synthesized manifests somewhere. */
export interface Engine {
  readonly name: 'local' | 'kubernetes';
  /**
   * Starts everything in the manifests and resolves when all pods are Ready.
   * @throws LabError (environment) when the host cannot run it, (usage) for a manifest field that
   * the engine cannot honour, naming the field's path.
   */
  up(manifests: KubeObject[], options: EngineOptions): Promise<RunningSystem>;
}

export interface RunningSystem {
  readonly limits: LimitsInfo;
  /** Base URL of a Service's port by name (default: its first port), e.g. "http://127.77.3.1:8000". */
  endpoint(service: string, portName?: string): string;
  /** URL that serves all cAdvisor-, kubelet- and kube-state-metrics-named series, when the engine has one. */
  readonly metricsUrl?: string;
  /** One sample of every pod's /metrics (annotated for scraping; labels namespace, pod and app added) and of the engine's own series. */
  scrape(timeoutMs: number): Promise<Scrape>;
  /**
   * Resolves when everything that is measured at intervals of its own has been measured after this call, or
   * when it is clear that it will not be; left out: everything is measured by each scrape.
   */
  settled?(signal: AbortSignal): Promise<void>;
  /** Takes everything down; idempotent; resolves when no process, cgroup, port or file is left. */
  down(): Promise<void>;
}
