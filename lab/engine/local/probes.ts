import { sleep } from '../../support/sleep';
import type { Container, Probe } from './manifests/schema';

export type ProbeType = 'Startup' | 'Readiness' | 'Liveness';

/** Result of one attempt. `reason` is the text that kubectl shows after "Readiness probe failed: ". */
export type ProbeResult = { ok: true } | { ok: false; reason: string };

/** Makes one probe attempt. Never rejects. */
export type Attempt = (probe: Probe) => Promise<ProbeResult>;

/**
 * Counts consecutive results against the thresholds of a probe, like the kubelet's prober. The verdict
 * changes only after successThreshold successes or failureThreshold failures in a row.
 */
export class ProbeVerdict {
  private streak = 0;
  private last?: boolean;

  constructor(private readonly probe: Pick<Probe, 'successThreshold' | 'failureThreshold'>) {}

  /** Returns true when the streak has reached its threshold, so that this result is a verdict. */
  record(ok: boolean): boolean {
    this.streak = ok === this.last ? this.streak + 1 : 1;
    this.last = ok;
    return this.streak >= (ok ? this.probe.successThreshold : this.probe.failureThreshold);
  }
}

/**
 * Probes at the kubelet's pace until `signal` aborts. The first attempt comes initialDelaySeconds after the
 * start of the container, which was `ranMs` ago. The next ones come once per period.
 */
export async function probeLoop(
  probe: Probe,
  ranMs: number,
  attempt: Attempt,
  onResult: (result: ProbeResult) => void,
  signal: AbortSignal,
): Promise<void> {
  await sleep(probe.initialDelaySeconds * 1000 - ranMs, signal);
  while (!signal.aborted) {
    // An attempt that takes longer than a period delays the next one, because each probe has one worker.
    const period = sleep(probe.periodSeconds * 1000, signal);
    const result = await attempt(probe);
    if (!signal.aborted) onResult(result);
    await period;
  }
}

/** Receives the results of a container's probes. */
export interface ProbeListener {
  onResult(type: ProbeType, result: ProbeResult): void;
  onReady(ready: boolean, why?: string): void;
  /** The container must be restarted. Its probe of this type has ended. */
  onFailure(type: 'Startup' | 'Liveness'): void;
}

/**
 * Runs the probes of a container that has just started, until `signal` aborts. The startup probe runs first;
 * readiness and liveness start once it has succeeded.
 */
export function probeContainer(
  { startupProbe, readinessProbe, livenessProbe }: Pick<Container, `${Lowercase<ProbeType>}Probe`>,
  attempt: Attempt,
  listener: ProbeListener,
  signal: AbortSignal,
): void {
  const startedAt = performance.now();
  /** Probes until `decide` returns true. */
  const watch = (type: ProbeType, probe: Probe, decide: (result: ProbeResult) => boolean) => {
    const decided = new AbortController();
    const onResult = (result: ProbeResult) => {
      listener.onResult(type, result);
      if (decide(result)) decided.abort();
    };
    const until = AbortSignal.any([decided.signal, signal]);
    void probeLoop(probe, performance.now() - startedAt, attempt, onResult, until);
  };
  const watchReadiness = (probe: Probe) => {
    const verdict = new ProbeVerdict(probe);
    watch('Readiness', probe, (result) => {
      if (verdict.record(result.ok)) listener.onReady(result.ok, result.ok ? undefined : result.reason);
      return false;
    });
  };
  const watchLiveness = (probe: Probe) => {
    const verdict = new ProbeVerdict(probe);
    watch('Liveness', probe, ({ ok }) => {
      const failed = verdict.record(ok) && !ok;
      if (failed) listener.onFailure('Liveness');
      return failed;
    });
  };
  const started = () => {
    if (readinessProbe) watchReadiness(readinessProbe);
    else listener.onReady(true);
    if (livenessProbe) watchLiveness(livenessProbe);
  };
  if (!startupProbe) return started();
  const verdict = new ProbeVerdict(startupProbe);
  watch('Startup', startupProbe, ({ ok }) => {
    const decided = verdict.record(ok);
    if (decided && ok) started();
    if (decided && !ok) listener.onFailure('Startup');
    return decided;
  });
}
