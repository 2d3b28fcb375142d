import { Gauge, type Metric, type MetricValueWithName, type Registry } from 'prom-client';

const HISTOGRAM = {
  name: 'http_request_duration_seconds',
  help: 'Duration of requests; status 499: the client went away first.',
  type: 'histogram',
  aggregator: 'sum',
};

/**
 * Requests in flight and their durations. They are counted in plain numbers, and get their labels at the scrape:
 * prom-client's own histogram looks labels up at each observation, which took a fifth of the cheapest route's time.
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

  constructor(
    readonly route: string,
    private readonly buckets: number[],
  ) {}

  observe(method: string, status: number, seconds: number): void {
    const key = `${method} ${status}`;
    let series = this.series.get(key);
    if (!series)
      this.series.set(key, (series = new Series(this.buckets, { method, route: this.route, status })));
    series.observe(seconds);
  }

  values(): MetricValueWithName<string>[] {
    return [...this.series.values()].flatMap((series) => series.values());
  }
}

/** The histogram of one combination of labels. */
class Series {
  /** By bucket, not cumulated; the last is for what is longer than all bounds. */
  private readonly counts: number[];
  private sum = 0;

  constructor(
    private readonly buckets: number[],
    private readonly labels: Record<string, string | number>,
  ) {
    this.counts = [...buckets, Infinity].map(() => 0);
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
