import type { Histogram } from 'hdr-histogram-js';
import {
  API_SERVER,
  type EndEvent,
  type HostEvent,
  type LoadEvent,
  type PodEvent,
  type PodReason,
  type PredictionEvent,
  type RequestsEvent,
  type RunEvent,
  type ScrapeEvent,
  type TelemetryEvent,
} from '../model/events';
import { Durations, type Occurring, type Since } from './durations';

/** Events that carry the name of a workload in place of a pod's. */
const OF_WORKLOADS: PodReason[] = ['ScalingReplicaSet', 'SuccessfulRescale'];

export type SeriesLabels = Record<string, string>;

/** Values of one metric series over time. A value holds until the next one. */
export interface RecordedSeries {
  name: string;
  /** Set if its values have their own times of measurement. */
  timed?: true;
  labels: SeriesLabels;
  times: number[];
  values: number[];
}

/**
 * A gap without measurements: from the last scrape before it to the first one after it, or to the last
 * recorded one.
 */
export interface Silence {
  from: number;
  to: number;
}

/** The events of a run, indexed for queries about parts of it. Times are ms since the start of the run. */
export class Recording {
  run!: RunEvent;
  /** The prediction made before the load began. */
  prediction?: PredictionEvent;
  end?: EndEvent;
  /** When the load began and when its last request ended; undefined until then. */
  loadFrom?: number;
  loadTo?: number;
  readonly pods: PodEvent[] = [];
  readonly requests: RequestsEvent[] = [];
  readonly load: LoadEvent[] = [];
  readonly loadByScenario = new Map<string, LoadEvent[]>();
  readonly hosts: HostEvent[] = [];
  /** When a pod did not answer a scrape in time. */
  readonly unanswered: { from: number; t: number; pod: string }[] = [];
  /** Periods without measurements, because the cluster's API server did not answer. */
  readonly silences: Silence[] = [];
  private readonly series = new Map<number, RecordedSeries>();
  private readonly byName = new Map<string, RecordedSeries[]>();
  private readonly durations = new Durations();
  private lastTime = 0;
  private firstScrape = Infinity;
  private lastScrape = -Infinity;
  private scrapeBefore = -Infinity;
  private isSilent = false;

  static of(events: Iterable<TelemetryEvent>): Recording {
    const recording = new Recording();
    for (const event of events) recording.add(event);
    return recording;
  }

  /** A listener for the event stream. A recording can be queried while it grows. */
  readonly add = (event: TelemetryEvent): void => {
    this.lastTime = Math.max(this.lastTime, event.t);
    switch (event.type) {
      case 'run':
        this.run = event;
        break;
      case 'prediction':
        if (this.loadFrom === undefined) this.prediction ??= event;
        break;
      case 'phase':
        if (event.name === 'load') this.loadFrom = event.t;
        if (event.name === 'cooldown') this.loadTo = event.t;
        break;
      case 'series':
        this.addSeries(event.id, { name: event.name, labels: event.labels, times: [], values: [] });
        break;
      case 'scrape':
        this.noteSilence(event);
        for (const [pod, why] of Object.entries(event.failed ?? {}))
          this.unanswered.push({ from: event.t - waitedMs(why), t: event.t, pod });
        this.firstScrape = Math.min(this.firstScrape, event.t);
        this.scrapeBefore = this.lastScrape;
        this.lastScrape = event.t;
        for (const [id, value] of event.values) this.addValue(id, event.t, value);
        for (const [id, t, value] of event.timed ?? []) this.addTimed(id, t, value);
        break;
      case 'pod':
        insert(this.pods, event);
        break;
      case 'requests':
        insert(this.requests, event);
        break;
      case 'load':
        insert(this.load, event);
        this.addToScenario(event);
        break;
      case 'host':
        insert(this.hosts, event);
        break;
      case 'end':
        this.end = event;
        break;
      case 'log':
        break;
    }
  };

  /**
   * Drops everything before a time. This keeps memory small for a listener that only needs the last seconds
   * of a long run. Pod events are kept. Every series keeps its value at that time, and its first value, from
   * which growth is counted.
   */
  forget(before: number): void {
    for (const events of [this.requests, this.load, this.hosts, ...this.loadByScenario.values()]) {
      events.splice(0, countUntil(events, before));
    }
    for (const { times, values } of this.series.values()) {
      const gone = lastIndexAt(times, before) - 1;
      if (gone <= 0) continue;
      times.splice(1, gone);
      values.splice(1, gone);
    }
  }

  /** End of the drain, or of the recording so far. */
  get until(): number {
    return this.loadTo ?? this.lastTime;
  }

  /** When metrics were last measured. */
  get measuredUntil(): number {
    return Math.min(this.lastScrape, this.until);
  }

  /** The series of a metric whose labels have the given values. */
  find(name: string, labels: SeriesLabels = {}): RecordedSeries[] {
    const wanted = Object.entries(labels);
    const all = this.byName.get(name) ?? [];
    return all.filter((series) => wanted.every(([label, value]) => series.labels[label] === value));
  }

  /** Whether the growth of a counter in (from, to] is known: it was measured before and after some of it. */
  isGrowthKnown({ timed, times }: RecordedSeries, from: number, to: number): boolean {
    const first = (timed ? times[0] : this.firstScrape) ?? Infinity;
    const last = (timed ? times.at(-1) : this.lastScrape) ?? -Infinity;
    const isSilent = this.silences.some((silence) => silence.from <= from && silence.to >= to);
    return first < last && first < to && last > from && !isSilent;
  }

  /** When a pod was deleted, ms; Infinity if it was not. A container that a probe kills leaves its pod. */
  goneAt(pod: string): number {
    const deleted = this.pods.find(
      (event) => event.pod === pod && event.reason === 'Killing' && event.failedProbe === undefined,
    );
    return deleted?.t ?? Infinity;
  }

  /** Whether the events of pods are known: they are watched while the system is scraped. */
  get isWatched(): boolean {
    return this.pods.length > 0 || this.lastScrape > -Infinity;
  }

  /** Whether the load generator has reported anything by a time. */
  hasReported(by: number): boolean {
    return lastUntil(this.load, by) !== undefined || lastUntil(this.requests, by) !== undefined;
  }

  /** The pods of an app, in order of their appearance. */
  podsOf(app: string): string[] {
    const series = [...this.series.values()].filter(({ labels }) => labels.app === app);
    const events = this.pods.filter((event) => event.app === app && !OF_WORKLOADS.includes(event.reason));
    return [...new Set([...series.map(({ labels }) => labels.pod), ...events.map(({ pod }) => pod)])].filter(
      (pod) => pod !== undefined,
    );
  }

  /** This recording with one pod of an app in place of all of them. Everything else stays. */
  ofPod(pod: string, app: string): Recording {
    const isOther = (its: { app?: string; pod?: string }): boolean => its.app === app && its.pod !== pod;
    const find = (name: string, labels: SeriesLabels = {}): RecordedSeries[] =>
      this.find(name, labels).filter((series) => !isOther(series.labels));
    return this.with({ find, pods: this.pods.filter((event) => !isOther(event)) });
  }

  /** This recording with some scenarios of the load in place of all of them. */
  ofScenarios(names: string[]): Recording {
    const isOwn = ({ scenario }: { scenario: string }): boolean => names.includes(scenario);
    return this.with({
      requests: this.requests.filter(isOwn),
      load: this.load.filter(isOwn),
      loadByScenario: new Map([...this.loadByScenario].filter(([scenario]) => isOwn({ scenario }))),
    });
  }

  private with(changes: Partial<Pick<Recording, 'find' | 'pods' | 'requests' | 'load' | 'loadByScenario'>>) {
    return Object.assign(Object.create(this) as Recording, changes);
  }

  /** The durations of the requests, or from their scheduled start if there was a schedule. */
  durationsOf(event: RequestsEvent, since: Since): Occurring[] {
    return this.durations.of(event, since);
  }

  /** One histogram (µs) of all given requests. */
  merged(events: RequestsEvent[], since: Since = 'duration'): Histogram {
    return this.durations.merged(events, since);
  }

  private noteSilence({ t, failed }: ScrapeEvent): void {
    const was = this.isSilent;
    this.isSilent = failed?.[API_SERVER] !== undefined;
    if (was) this.silences.at(-1)!.to = t;
    else if (this.isSilent) this.silences.push({ from: Math.max(this.lastScrape, 0), to: t });
  }

  private addSeries(id: number, series: RecordedSeries): void {
    this.series.set(id, series);
    const named = this.byName.get(series.name);
    if (named) named.push(series);
    else this.byName.set(series.name, [series]);
  }

  private addToScenario(event: LoadEvent): void {
    const all = this.loadByScenario.get(event.scenario);
    if (all) insert(all, event);
    else this.loadByScenario.set(event.scenario, [event]);
  }

  /** For such a series, nothing is known between two of its own measurements. */
  private addTimed(id: number, t: number, value: number): void {
    const series = this.series.get(id);
    if (!series || t <= (series.times.at(-1) ?? -Infinity)) return;
    series.timed = true;
    series.times.push(t);
    series.values.push(value);
  }

  private addValue(id: number, t: number, value: number): void {
    const series = this.series.get(id);
    if (!series) return;
    // Only changes are recorded. So the old value still held at the previous scrape, and a counter that is
    // new since then started at zero.
    const last = series.times.length - 1;
    const before = last >= 0 ? series.values[last] : isCounter(series) ? 0 : undefined;
    if (before !== undefined && (series.times[last] ?? -Infinity) < this.scrapeBefore) {
      series.times.push(this.scrapeBefore);
      series.values.push(before);
    }
    series.times.push(t);
    series.values.push(value);
  }
}

/** Events arrive in order, except for a few late ones. Those are inserted at their place. */
function insert<T extends { t: number }>(events: T[], event: T): void {
  let at = events.length;
  while (at > 0 && (events[at - 1] as T).t > event.t) at--;
  events.splice(at, 0, event);
}

/** The events in (from, to]. Uses binary search, because callers ask for every second of a run. */
export function within<T extends { t: number }>(events: T[], from: number, to: number): T[] {
  return events.slice(countUntil(events, from), countUntil(events, to));
}

/** The last event at or before a time. */
export function lastUntil<T extends { t: number }>(events: T[], t: number): T | undefined {
  return events[countUntil(events, t) - 1];
}

function countUntil(events: { t: number }[], t: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle] as { t: number }).t <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How long a scrape waited in vain, ms, by the engines' words: "no answer within 2000 ms". */
function waitedMs(why: string): number {
  return Number(/within (\d+) ms/.exec(why)?.[1] ?? 0);
}

const isCounter = ({ name }: RecordedSeries): boolean => /_(total|count|sum|bucket)$/.test(name);

/** The last value at or before a time; undefined before the first value. */
export function valueAt(series: RecordedSeries, t: number): number | undefined {
  const index = lastIndexAt(series.times, t);
  return index < 0 ? undefined : series.values[index];
}

/**
 * Growth of a counter in (from, to]. As in Prometheus, a drop counts as a restart from zero. Growth is spread
 * evenly between two scrapes, so a window need not start and end at a scrape.
 */
export function increase(series: RecordedSeries, from: number, to: number): number {
  const { times, values } = series;
  let sum = 0;
  for (let i = Math.max(lastIndexAt(times, from), 0) + 1; i < times.length; i++) {
    const [begin, end] = [times[i - 1] as number, times[i] as number];
    if (begin >= to) break;
    const [previous, value] = [values[i - 1] as number, values[i] as number];
    const within = Math.min(end, to) - Math.max(begin, from);
    sum += ((value >= previous ? value - previous : value) * within) / (end - begin);
  }
  return sum;
}

/** Largest value in [from, to], including the value that holds at `from`. */
export function highest(series: RecordedSeries, from: number, to: number): number | undefined {
  return extreme(series, from, to, (value, most) => value > most);
}

/** Smallest value in [from, to], including the value that holds at `from`. */
export function lowest(series: RecordedSeries, from: number, to: number): number | undefined {
  return extreme(series, from, to, (value, least) => value < least);
}

function extreme(
  series: RecordedSeries,
  from: number,
  to: number,
  beyond: (value: number, extreme: number) => boolean,
): number | undefined {
  const start = Math.max(lastIndexAt(series.times, from), 0);
  const end = lastIndexAt(series.times, to);
  let found: number | undefined;
  for (let i = start; i <= end; i++) {
    const value = series.values[i] as number;
    if (found === undefined || beyond(value, found)) found = value;
  }
  return found;
}

/** Time-weighted mean in (from, to]. Each value holds until the next one. */
export function mean(series: RecordedSeries, from: number, to: number): number | undefined {
  let sum = 0;
  let covered = 0;
  for (let i = Math.max(lastIndexAt(series.times, from), 0); i < series.times.length; i++) {
    const begin = Math.max(series.times[i] as number, from);
    const end = Math.min(series.times[i + 1] ?? to, to);
    if (begin >= to) break;
    sum += (series.values[i] as number) * (end - begin);
    covered += end - begin;
  }
  return covered > 0 ? sum / covered : valueAt(series, to);
}

function lastIndexAt(times: number[], t: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
