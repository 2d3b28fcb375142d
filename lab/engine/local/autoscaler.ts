import type { Read, ScalingRules } from './manifests/schema';

/** A pod as the autoscaler sees it. */
export interface ScaledPod {
  /** False while the pod starts: its CPU use then says nothing about the load. */
  settled: boolean;
  /** Mean CPU use in the last window. */
  usedMillicores: number;
  requestMillicores: number;
}

/**
 * No change while use divided by target is within this distance of 1 (--horizontal-pod-autoscaler-tolerance).
 */
const TOLERANCE = 0.1;

/**
 * Number of replicas by the HorizontalPodAutoscaler's formula: ceil(ratio * pods). Pods that have not settled
 * are left out when scaling down and count as idle when scaling up.
 * https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details
 */
export function desiredReplicas(pods: readonly ScaledPod[], current: number, targetPercent: number): number {
  const settled = pods.filter((pod) => pod.settled);
  if (settled.length === 0) return current;
  const ratio = usageRatio(settled, targetPercent);
  const counted =
    ratio > 1 ? pods.map((pod) => (pod.settled ? pod : { ...pod, usedMillicores: 0 })) : settled;
  const newRatio = usageRatio(counted, targetPercent);
  if (Math.abs(newRatio - 1) <= TOLERANCE || newRatio > 1 !== ratio > 1) return current;
  const replicas = Math.ceil(newRatio * counted.length);
  return newRatio > 1 ? Math.max(replicas, current) : Math.min(replicas, current);
}

function usageRatio(pods: readonly ScaledPod[], targetPercent: number): number {
  const used = pods.reduce((sum, pod) => sum + pod.usedMillicores, 0);
  const requested = pods.reduce((sum, pod) => sum + pod.requestMillicores, 0);
  return (100 * used) / requested / targetPercent;
}

/** The API's defaults for spec.behavior. */
const DEFAULT_RULES: Record<'scaleUp' | 'scaleDown', Required<ScalingRules>> = {
  scaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
  },
  scaleDown: {
    stabilizationWindowSeconds: 300,
    selectPolicy: 'Max',
    policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  },
};

type Spec = Read<'HorizontalPodAutoscaler'>['spec'];

/** Turns recommendations into decisions: stabilization windows, rate limits, minReplicas and maxReplicas. */
export class ScalingDecision {
  private readonly recommendations: { at: number; replicas: number }[] = [];
  private readonly changes: { at: number; by: number }[] = [];
  private readonly up: Required<ScalingRules>;
  private readonly down: Required<ScalingRules>;

  constructor(private readonly spec: Pick<Spec, 'minReplicas' | 'maxReplicas' | 'behavior'>) {
    this.up = { ...DEFAULT_RULES.scaleUp, ...spec.behavior?.scaleUp };
    this.down = { ...DEFAULT_RULES.scaleDown, ...spec.behavior?.scaleDown };
  }

  /** The number of replicas to run from `nowMs` on. */
  decide(nowMs: number, current: number, recommended: number): number {
    // A new autoscaler counts the replicas that it finds as a recommendation, as the controller does.
    if (this.recommendations.length === 0) this.recommendations.push({ at: nowMs, replicas: current });
    this.recommendations.push({ at: nowMs, replicas: recommended });
    const bounded = this.bound(this.limit(nowMs, current, this.stabilize(nowMs, current, recommended)));
    if (bounded !== current) this.changes.push({ at: nowMs, by: bounded - current });
    return bounded;
  }

  private bound(replicas: number): number {
    return Math.min(Math.max(replicas, this.spec.minReplicas), this.spec.maxReplicas);
  }

  private stabilize(nowMs: number, current: number, recommended: number): number {
    const within = (seconds: number) =>
      this.recommendations.filter(({ at }) => at > nowMs - seconds * 1000).map(({ replicas }) => replicas);
    const upTo = Math.min(recommended, ...within(this.up.stabilizationWindowSeconds));
    const downTo = Math.max(recommended, ...within(this.down.stabilizationWindowSeconds));
    return Math.max(Math.min(current, downTo), upTo);
  }

  private limit(nowMs: number, current: number, wanted: number): number {
    if (wanted > current) return Math.min(wanted, Math.max(current, this.reach(nowMs, current, this.up, +1)));
    return Math.max(wanted, Math.min(current, this.reach(nowMs, current, this.down, -1)));
  }

  /** How many replicas the policies allow in one direction, given the recent changes within their periods. */
  private reach(nowMs: number, current: number, rules: Required<ScalingRules>, direction: 1 | -1): number {
    if (rules.selectPolicy === 'Disabled') return current;
    const reaches = rules.policies.map(({ type, value, periodSeconds }) => {
      const changed = this.changes
        .filter(({ at, by }) => at > nowMs - periodSeconds * 1000 && by * direction > 0)
        .reduce((sum, { by }) => sum + by, 0);
      const before = current - changed;
      return type === 'Pods' ? before + direction * value : before * (1 + (direction * value) / 100);
    });
    const farthest = (rules.selectPolicy === 'Max') === (direction === 1) ? Math.max : Math.min;
    const reach = farthest(...reaches);
    return direction === 1 ? Math.ceil(reach) : Math.floor(reach);
  }
}
