import { LabError } from '../../model/errors';
import type { PodEvent } from '../../model/events';
import { desiredReplicas, ScalingDecision, type ScaledPod } from './autoscaler';
import type { Read } from './manifests/schema';
import type { Pod } from './pod';
import type { WorkloadController } from './workload';

/**
 * A pod younger than this counts only while it is ready, and only with its CPU use since it became ready
 * (--horizontal-pod-autoscaler-cpu-initialization-period).
 */
const INITIALIZATION_MS = 300_000;

interface Reading {
  at: number;
  cpuSeconds: number;
}

/** The control loop of one HorizontalPodAutoscaler. */
export class AutoscalerLoop {
  private readonly decision: ScalingDecision;
  private readonly requestMillicores: number;
  private readings = new Map<Pod, Reading>();
  private timer?: NodeJS.Timeout;

  /** @throws LabError (usage) when the target requests no CPU. */
  constructor(
    private readonly hpa: Read<'HorizontalPodAutoscaler'>,
    private readonly target: WorkloadController,
    private readonly emit: (event: Omit<PodEvent, 't'>) => void,
    private readonly onError: (error: unknown) => void,
  ) {
    const request = target.workload.spec.template.spec.containers[0]!.resources.requests.cpu;
    if (!request) {
      throw new LabError(
        `HorizontalPodAutoscaler/${hpa.metadata.name}: Deployment/${target.name} requests no CPU, which the autoscaler needs`,
        'usage',
        'Set resources.requests.cpu on its container.',
      );
    }
    this.requestMillicores = request * 1000;
    this.decision = new ScalingDecision(hpa.spec);
  }

  start(intervalMs: number): void {
    this.measure(performance.now());
    this.timer = setInterval(() => void this.sync().catch(this.onError), intervalMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async sync(): Promise<void> {
    const now = performance.now();
    const current = this.target.pods.length;
    const { averageUtilization } = this.hpa.spec.metrics[0]!.resource.target;
    const recommended = desiredReplicas(this.measure(now), current, averageUtilization);
    const replicas = this.decision.decide(now, current, recommended);
    if (replicas === current) return;
    const reason =
      replicas > current
        ? 'cpu resource utilization (percentage of request) above target'
        : 'All metrics below target';
    this.emit({
      type: 'pod',
      pod: this.hpa.metadata.name,
      app: this.target.name,
      reason: 'SuccessfulRescale',
      message: `New size: ${replicas}; reason: ${reason}`,
    });
    await this.target.scale(replicas);
  }

  /** CPU use of every pod since the last call. */
  private measure(now: number): ScaledPod[] {
    const before = this.readings;
    this.readings = new Map();
    return this.target.pods.map((pod) => {
      const reading = { at: now, cpuSeconds: pod.cage?.usage().cpuSeconds ?? 0 };
      this.readings.set(pod, reading);
      const last = before.get(pod);
      const usedMillicores = last ? ((reading.cpuSeconds - last.cpuSeconds) * 1e6) / (now - last.at) : 0;
      const initialized = now - pod.createdAt > INITIALIZATION_MS;
      const settled = last !== undefined && (initialized || (pod.ready && pod.readyChangedAt <= last.at));
      return { settled, usedMillicores, requestMillicores: this.requestMillicores };
    });
  }
}
