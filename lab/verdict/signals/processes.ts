import type { PodEvent, PodReason } from '../../model/events';
import { mean, type RecordedSeries, type Recording } from '../../recording/recording';
import { containers } from './resources';
import type { Signal } from './signal';

/** Ends of a container. */
export const ENDED: PodReason[] = ['Completed', 'Error', 'OOMKilled'];

/** Whether containers run, and whether they do anything. */
export const processSignals: Signal[] = [
  {
    name: 'replicas_down',
    title: 'replicas without a running container beside a ready one',
    unit: 'count',
    valueIn(recording, { app }, from, to) {
      const ready = recording
        .find('kube_pod_status_ready', { app, condition: 'true' })
        .filter(({ labels }) => recording.goneAt(labels.pod ?? '') > from);
      if (!recording.isWatched || ready.length === 0) return undefined;
      const shares = ready.map((series) => ({
        pod: series.labels.pod ?? '',
        ready: mean(series, from, to) ?? 0,
      }));
      const down = shares.map(({ pod }) => downShare(recording, pod, from, to));
      const isOneReady = shares.some(({ ready: share }, index) => share >= 0.5 && down[index] === 0);
      return isOneReady ? down.reduce((sum, share) => sum + share, 0) : 0;
    },
    prometheus: { unknown: 'Prometheus does not see when a container ended' },
  },
  {
    name: 'unanswered_scrapes',
    title: 'scrapes that a pod did not answer',
    unit: 'count',
    adds: true,
    valueIn(recording, { app }, from, to) {
      if (recording.measuredUntil === -Infinity) return undefined;
      const missed = recording.unanswered.filter(
        ({ pod, t }) => pod.startsWith(`${app}-`) && t > from && t <= to,
      );
      return missed.length;
    },
    prometheus: { unknown: 'Prometheus scrapes too seldom to see a pause of some seconds' },
  },
  {
    name: 'standstill',
    title: 'longest time that a running container used no CPU at all',
    unit: 's',
    valueIn(recording, { app }, from, to) {
      // In a cluster, the pods themselves and kubelets measure. A pod that is late or a kubelet that measures seldom
      // looks like one at rest.
      if (recording.run.engine.name !== 'local') return undefined;
      const all = containers(recording, 'container_cpu_usage_seconds_total', app);
      const dense = all.filter(({ timed, times }) => !timed && times.length > 0);
      if (dense.length === 0) return undefined;
      return Math.max(...dense.map((series) => longestRest(series, recording, from, to))) / 1000;
    },
    prometheus: { unknown: 'Prometheus scrapes too seldom to tell rest from standstill' },
  },
];

interface Span {
  from: number;
  to: number;
}

/** When a pod's container ran, as far as its events tell: it runs until they say that it ended. */
function runningSpans(recording: Recording, pod: string): Span[] {
  const events = recording.pods.filter((event) => event.pod === pod);
  const spans: Span[] = [];
  let since: number | undefined = beganBefore(events) ? 0 : undefined;
  for (const { t, reason } of events) {
    if (reason === 'Started') since ??= t;
    if (!ENDED.includes(reason) || since === undefined) continue;
    spans.push({ from: since, to: t });
    since = undefined;
  }
  return since === undefined ? spans : [...spans, { from: since, to: recording.until }];
}

/** Whether a container ran before its first event. */
function beganBefore(events: PodEvent[]): boolean {
  const first = events.find(({ reason }) => reason === 'Started' || ENDED.includes(reason));
  return first === undefined || first.reason !== 'Started';
}

/** The share of a window in which a container that had run was gone, and its pod was not. */
function downShare(recording: Recording, pod: string, from: number, to: number): number {
  const ends = recording.pods.filter((event) => event.pod === pod && ENDED.includes(event.reason));
  const down = ends.map(({ t }) => ({ from: t, to: nextStart(recording, pod, t) }));
  return down.reduce((sum, span) => sum + overlap(span, { from, to }), 0) / (to - from);
}

/** When a pod's container starts again after a time, or when the pod is removed. */
function nextStart(recording: Recording, pod: string, after: number): number {
  const { pods, until } = recording;
  if (recording.goneAt(pod) <= after) return after;
  return (
    pods.find(({ pod: name, reason, t }) => name === pod && reason === 'Started' && t > after)?.t ?? until
  );
}

/**
 * A container that does not answer a scrape although it uses a smaller share of its CPU limit does not compute, and
 * it is not throttled.
 */
const RESTING_SHARE = 0.1;

/** Cores, for a container without a limit. */
const NO_LIMIT = 0.5;

/** The longest time, ms, within the window in which the container used no CPU while it ran. */
function longestRest(series: RecordedSeries, recording: Recording, from: number, to: number): number {
  const spans = runningSpans(recording, series.labels.pod ?? '');
  return Math.max(
    0,
    ...restsOf(series, recording).flatMap((rest) =>
      spans.flatMap((span) => {
        const common = { from: Math.max(rest.from, span.from), to: Math.min(rest.to, span.to) };
        // A rest that reaches into the window counts as a whole, because a window may begin in it.
        return overlap(common, { from, to }) > 0 ? [common.to - common.from] : [];
      }),
    ),
  );
}

/** When the counter stood still, and when the container did not answer a scrape without being busy. */
function restsOf(series: RecordedSeries, recording: Recording): Span[] {
  const { times, values, labels } = series;
  const rests: Span[] = [];
  const limit = limitOf(recording, labels.pod);
  const missed = recording.unanswered.filter(({ pod }) => pod === labels.pod);
  for (let i = 1; i < times.length; i++) {
    const [from, to] = [times[i - 1]!, times[i]!];
    const cores = ((values[i]! - values[i - 1]!) * 1000) / (to - from);
    if (cores === 0) rests.push({ from, to });
    else if (cores > 0 && cores < RESTING_SHARE * limit)
      rests.push(
        ...missed.filter(({ t }) => t > from && t <= to).map((miss) => ({ from: miss.from, to: miss.t })),
      );
  }
  // Only changes are recorded, so a counter that stands still until the end has no later value.
  const last = times.at(-1);
  if (last !== undefined && last < recording.measuredUntil)
    rests.push({ from: last, to: recording.measuredUntil });
  return joined(rests);
}

function limitOf(recording: Recording, pod = ''): number {
  const [limit] = recording.find('kube_pod_container_resource_limits', { pod, resource: 'cpu' });
  return limit?.values.at(-1) ?? NO_LIMIT;
}

/** Scrapes begin a few milliseconds after the last one has ended. */
const GAP_MS = 100;

function joined(spans: Span[]): Span[] {
  const all: Span[] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (last && span.from - last.to <= GAP_MS) last.to = Math.max(last.to, span.to);
    else all.push({ ...span });
  }
  return all;
}

function overlap(a: Span, b: Span): number {
  return Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from));
}
