import { build, decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type {
  EndEvent,
  HostEvent,
  LoadEvent,
  PodEvent,
  RequestsEvent,
  RunEvent,
  TelemetryEvent,
} from './events';

export type Labels = Record<string, string>;

/** Values of one metric series over time; a value holds until the next one. */
export interface Series {
  name: string;
  labels: Labels;
  times: number[];
  values: number[];
}

/** All that a run's events say, indexed for questions about parts of it. Times are ms since its start. */
export class Recording {
  run!: RunEvent;
  end?: EndEvent;
  /** When the load began and when its last request was over; undefined when it never began. */
  loadFrom?: number;
  loadTo?: number;
  readonly pods: PodEvent[] = [];
  readonly requests: RequestsEvent[] = [];
  readonly load: LoadEvent[] = [];
  readonly hosts: HostEvent[] = [];
  private readonly series = new Map<number, Series>();
  private readonly byName = new Map<string, Series[]>();
  private readonly histograms = new WeakMap<RequestsEvent, Histogram>();
  private lastTime = 0;
  private lastScrape = -Infinity;
  private scrapeBefore = -Infinity;

  static of(events: Iterable<TelemetryEvent>): Recording {
    const recording = new Recording();
    for (const event of events) recording.add(event);
    return recording;
  }

  /** A listener of the stream: a recording can be questioned while it grows. */
  readonly add = (event: TelemetryEvent): void => {
    this.lastTime = Math.max(this.lastTime, event.t);
    switch (event.type) {
      case 'run':
        this.run = event;
        break;
      case 'phase':
        if (event.name === 'load') this.loadFrom = event.t;
        if (event.name === 'cooldown') this.loadTo = event.t;
        break;
      case 'series':
        this.addSeries(event.id, { name: event.name, labels: event.labels, times: [], values: [] });
        break;
      case 'scrape':
        this.scrapeBefore = this.lastScrape;
        this.lastScrape = event.t;
        for (const [id, value] of event.values) this.addValue(id, event.t, value);
        break;
      case 'pod':
        this.pods.push(event);
        break;
      case 'requests':
        this.requests.push(event);
        break;
      case 'load':
        this.load.push(event);
        break;
      case 'host':
        this.hosts.push(event);
        break;
      case 'end':
        this.end = event;
        break;
      case 'log':
        break;
    }
  };

  /** End of the drain, or of what is recorded so far. */
  get until(): number {
    return this.loadTo ?? this.lastTime;
  }

  /** Series of a metric whose labels have the given values. */
  find(name: string, labels: Labels = {}): Series[] {
    const wanted = Object.entries(labels);
    const all = this.byName.get(name) ?? [];
    return all.filter((series) => wanted.every(([label, value]) => series.labels[label] === value));
  }

  duration(event: RequestsEvent): Histogram {
    let histogram = this.histograms.get(event);
    if (!histogram) {
      histogram = decodeFromCompressedBase64(event.duration, 64, false) as Histogram;
      this.histograms.set(event, histogram);
    }
    return histogram;
  }

  /** One histogram (µs) of all the given requests. */
  merged(events: RequestsEvent[]): Histogram {
    const sum = build({
      bitBucketSize: 64,
      highestTrackableValue: 2 ** 33,
      numberOfSignificantValueDigits: 3,
    });
    for (const event of events) sum.add(this.duration(event));
    return sum;
  }

  private addSeries(id: number, series: Series): void {
    this.series.set(id, series);
    const named = this.byName.get(series.name);
    if (named) named.push(series);
    else this.byName.set(series.name, [series]);
  }

  private addValue(id: number, t: number, value: number): void {
    const series = this.series.get(id);
    if (!series) return;
    // Only changes are recorded: until the scrape before this one the old value was seen again and again,
    // and a counter that is new since then began at zero.
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

const isCounter = ({ name }: Series): boolean => /_(total|count|sum|bucket)$/.test(name);

/** The last value at or before a time; undefined before the first. */
export function valueAt(series: Series, t: number): number | undefined {
  const index = lastIndexAt(series.times, t);
  return index < 0 ? undefined : series.values[index];
}

/**
 * Growth of a counter in (from, to]; a fall is a restart from zero, as Prometheus counts it. Between two scrapes it
 * grows evenly, so that a window need not begin and end with one.
 */
export function increase(series: Series, from: number, to: number): number {
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

/** Largest value in [from, to], counting the one that still holds at `from`. */
export function highest(series: Series, from: number, to: number): number | undefined {
  const start = Math.max(lastIndexAt(series.times, from), 0);
  const end = lastIndexAt(series.times, to);
  let most: number | undefined;
  for (let i = start; i <= end; i++) {
    const value = series.values[i] as number;
    if (most === undefined || value > most) most = value;
  }
  return most;
}

/** Time-weighted mean in (from, to] of a value that holds until the next one. */
export function mean(series: Series, from: number, to: number): number | undefined {
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
