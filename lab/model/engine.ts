import type { KubeObject } from '../../constructs/kube-object';
import type { LimitsInfo, LogEvent, PodEvent } from './events';

/** One value of one metric at one time, in Prometheus' data model. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
  /** When it was measured, epoch ms by the lab's clock. Default: the time of the scrape. */
  measuredAt?: number;
}

export interface Scrape {
  samples: Sample[];
  /** Reasons why targets did not answer, by pod name. */
  failed: Record<string, string>;
}

export interface EngineOptions {
  /** Called for every pod event and log line. The caller of the engine adds `t`. */
  emit(event: Omit<PodEvent, 't'> | Omit<LogEvent, 't'>): void;
  /** Aborting ends a start that is in progress and takes down what was started. */
  signal?: AbortSignal;
}

export const ENGINES = ['local', 'kubernetes'] as const;
export type EngineName = (typeof ENGINES)[number];

/** Runs synthesized manifests somewhere. */
export interface Engine {
  readonly name: EngineName;
  /**
   * Starts everything in the manifests. Resolves when all pods are Ready.
   * @throws LabError (environment) when the host cannot run it, (usage) with the path of a manifest field
   * that the engine does not support.
   */
  up(manifests: KubeObject[], options: EngineOptions): Promise<RunningSystem>;
}

export interface RunningSystem {
  readonly limits: LimitsInfo;
  /** Base URL of a Service's port, e.g. "http://127.77.3.1:8000". Default port: the first one. */
  endpoint(service: string, portName?: string): string;
  /**
   * URL of all series with the names of cAdvisor, kubelet and kube-state-metrics, if the engine serves them.
   */
  readonly metricsUrl?: string;
  /**
   * Scrapes /metrics of every pod that is annotated for it (with the labels namespace, pod and app added) and
   * the engine's own series.
   */
  scrape(timeoutMs: number): Promise<Scrape>;
  /**
   * Resolves when every metric with its own measuring interval has been measured after this call, or when it
   * is clear that it will not be. Undefined if each scrape measures everything.
   */
  settled?(signal: AbortSignal): Promise<void>;
  /** Takes everything down. Idempotent. Resolves when no process, cgroup, port or file is left. */
  down(): Promise<void>;
}
