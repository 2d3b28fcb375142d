import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { API_SERVER, type RequestOutcome, type PodReason, type TelemetryEvent } from '../../lab/model/events';
import type { Experiment } from '../../lab/model/experiment';
import { Recording } from '../../lab/recording/recording';
import type { Evidence } from '../../lab/verdict/measure';
import { RUN_EVENT } from '../support/run-event';

/** One second of a synthetic run. */
export interface Second {
  ok?: number;
  latencyMs?: number;
  failed?: { outcome: RequestOutcome; count: number };
  offered?: number;
  /** Metric values at the end of the second, by name and app. */
  metrics?: Record<string, number>;
  pods?: { reason: PodReason; app: string; message?: string; failedProbe?: 'liveness' }[];
  busy?: number;
  labDelayMs?: number;
  clockSetMs?: number;
  /** The API server of the cluster did not answer in this second. */
  silent?: boolean;
  generator?: { cpu: number; delayMs: number };
}

const START_MS = 2000;

/** A recording with these seconds of load, as a run of one scenario named "load" would produce it. */
export function recordingOf(seconds: Second[], end?: End): Recording {
  return Recording.of(eventsOf(seconds, end));
}

type End = 'completed' | 'interrupted' | 'cut off';

/** The events of such a recording. */
export function eventsOf(seconds: Second[], end: End = 'completed'): TelemetryEvent[] {
  const events: TelemetryEvent[] = [structuredClone(RUN_EVENT), { type: 'phase', t: START_MS, name: 'load' }];
  const ids = new Map<string, number>();
  let scheduled = 0;
  seconds.forEach((second, index) => {
    const t = START_MS + (index + 1) * 1000;
    const { ok = 0, latencyMs = 10, failed, offered = ok + (failed?.count ?? 0), metrics = {} } = second;
    scheduled += offered;
    if (ok > 0) events.push(requests(t, 'ok', 200, ok, latencyMs));
    if (failed) events.push(requests(t, failed.outcome, 0, failed.count, latencyMs));
    const load = { scheduled, started: scheduled, completed: scheduled, dropped: 0, activeVUs: 1 };
    const { cpu: generatorCpu, delayMs: generatorDelayMs } = second.generator ?? { cpu: 0.1, delayMs: 1 };
    events.push({ type: 'load', t, scenario: 'load', ...load, generatorCpu, generatorDelayMs });
    const values = Object.entries(metrics).map(([name, value]): [number, number] => {
      const id = ids.get(name) ?? ids.size;
      if (!ids.has(name)) {
        ids.set(name, id);
        const labels = { app: 'backend', pod: 'backend-1', ...LABELS[name] };
        events.push({ type: 'series', t, id, name, labels });
      }
      return [id, value];
    });
    const unanswered = second.silent && { [API_SERVER]: 'connect ECONNREFUSED' };
    events.push({ type: 'scrape', t, values, ...(unanswered && { failed: unanswered }) });
    for (const { reason, app, message = reason, ...more } of second.pods ?? []) {
      events.push({ type: 'pod', t, pod: `${app}-1`, app, reason, message, exitCode: 137, ...more });
    }
    const { busy = 0.5, labDelayMs = 1, clockSetMs } = second;
    events.push({
      type: 'host',
      t,
      cores: 2,
      busy,
      steal: 0,
      labDelayMs,
      ...(clockSetMs !== undefined && { clockSetMs }),
    });
  });
  const t = START_MS + seconds.length * 1000;
  events.push({ type: 'phase', t, name: 'cooldown' });
  if (end !== 'cut off') events.push({ type: 'end', t, reason: end });
  return events;
}

const LABELS: Record<string, Record<string, string>> = {
  kube_pod_container_resource_limits: { resource: 'cpu' },
  kube_horizontalpodautoscaler_status_condition: {
    horizontalpodautoscaler: 'backend',
    condition: 'ScalingActive',
    status: 'true',
  },
};

function requests(
  t: number,
  outcome: RequestOutcome,
  status: number,
  count: number,
  ms: number,
): TelemetryEvent {
  const histogram = build({ bitBucketSize: 64, numberOfSignificantValueDigits: 3 });
  histogram.recordValueWithCount(ms * 1000, count);
  const duration = encodeIntoCompressedBase64(histogram);
  return { type: 'requests', t, scenario: 'load', name: '/api/fast', outcome, status, count, duration };
}

/** Evidence for claims about the synthetic run, whose planned load covers all of its seconds. */
export function evidenceOf(seconds: Second[], experiment: Partial<Experiment> = {}): Evidence {
  return {
    experiment: {
      title: 'synthetic',
      seconds: { full: seconds.length, compressed: seconds.length },
      roles: { aggressor: { scenario: 'load', label: 'the load' } },
      pressure: { signal: 'request_rate', is: '>', threshold: 0 },
      claims: [],
      ...experiment,
    },
    arms: new Map([['default', recordingOf(seconds)]]),
    judgedArm: 'default',
  };
}
