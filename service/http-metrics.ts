import type { ServerResponse } from 'node:http';
import { Gauge, type Metric, type MetricValueWithName, type Registry } from 'prom-client';

const HISTOGRAM = {
  name: 'http_request_duration_seconds',
  help: 'Duration of requests; status 499 means that the client left first.',
  type: 'histogram',
  aggregator: 'sum',
};

/**
 * Requests in flight and their durations. They are counted in plain numbers and get their labels at the
 * scrape. prom-client's own histogram looks up labels at each observation, which took a fifth of the cheapest
 * route's time.
 */
export class HttpMetrics {
  private readonly meters = new Map<string, RouteMeter>();

  /** @param buckets upper bounds in seconds, ascending. */
  constructor(
    registry: Registry,
    private readonly buckets: number[],
  ) {
    const { meters } = this;
    const values = () => [...meters.values()].flatMap((meter) => meter.values());
    registry.registerMetric({
      ...HISTOGRAM,
      get: async () => ({ ...HISTOGRAM, values: values() }),
    } as unknown as Metric);
    new Gauge({
      name: 'http_requests_in_flight',
      help: 'Requests that have no response yet.',
      labelNames: ['route'],
      registers: [registry],
      collect() {
        for (const { route, inFlight } of meters.values()) this.set({ route }, inFlight);
      },
    });
  }

  route(route: string): RouteMeter {
    const meter = this.meters.get(route) ?? new RouteMeter(route, this.buckets);
    this.meters.set(route, meter);
    return meter;
  }
}

/** The requests of one route. */
export class RouteMeter {
  inFlight = 0;
  private readonly series = new Map<string, Series>();
  private last?: Series;

  constructor(
    readonly route: string,
    private readonly buckets: number[],
  ) {}

  /** Measures a request from now on until its response is closed. */
  begin(response: ServerResponse): void {
    this.inFlight++;
    const measured = response as MeteredResponse;
    measured.meter = this;
    measured.startedAt = performance.now();
    measured.on('close', end);
  }

  observe(method: string, status: number, seconds: number): void {
    if (!this.last?.holds(method, status)) this.last = this.seriesOf(method, status);
    this.last.observe(seconds);
  }

  values(): MetricValueWithName<string>[] {
    return [...this.series.values()].flatMap((series) => series.values());
  }

  private seriesOf(method: string, status: number): Series {
    const key = `${method} ${status}`;
    let series = this.series.get(key);
    if (!series)
      this.series.set(key, (series = new Series(this.buckets, { method, route: this.route, status })));
    return series;
  }
}

/** Carries its meter and start time, because a closure for each request would cost more than all the rest. */
type MeteredResponse = ServerResponse & { meter: RouteMeter; startedAt: number };

/**
 * 'close' comes exactly once, after the last byte or when the client leaves. Work goes on when a client
 * leaves.
 */
function end(this: MeteredResponse): void {
  const { meter, startedAt, req, statusCode, writableFinished } = this;
  meter.inFlight--;
  meter.observe(
    req.method as string,
    writableFinished ? statusCode : 499,
    (performance.now() - startedAt) / 1000,
  );
}

/** The histogram of one combination of labels. */
class Series {
  /** By bucket, not cumulated. The last one is for durations beyond all bounds. */
  private readonly counts: number[];
  private sum = 0;

  constructor(
    private readonly buckets: number[],
    private readonly labels: { method: string; route: string; status: number },
  ) {
    this.counts = [...buckets, Infinity].map(() => 0);
  }

  holds(method: string, status: number): boolean {
    return this.labels.status === status && this.labels.method === method;
  }

  observe(seconds: number): void {
    let bucket = 0;
    while (seconds > (this.buckets[bucket] ?? Infinity)) bucket++;
    this.counts[bucket]!++;
    this.sum += seconds;
  }

  values(): MetricValueWithName<string>[] {
    const value = (suffix: string, value: number, le = {}) => ({
      metricName: `${HISTOGRAM.name}_${suffix}`,
      labels: { ...this.labels, ...le },
      value,
    });
    let total = 0;
    const cumulated = this.counts.map((count, index) =>
      value('bucket', (total += count), { le: this.buckets[index] ?? '+Inf' }),
    );
    return [...cumulated, value('sum', this.sum), value('count', total)];
  }
}
