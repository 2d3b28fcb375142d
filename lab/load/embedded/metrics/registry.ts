import { LabError } from '../../../model/errors';
import { type MetricContains, type MetricType, BUILTIN_METRICS } from '../../builtin-metrics';
import type { MetricHandle, MetricSink, Tags } from '../vu';
import { Checks } from './checks';
import { createSink, type Sink } from './sinks';
import { matches } from './submetric';

/** A metric, or the part of it whose samples carry certain tags. */
export interface MetricSeries {
  readonly name: string;
  readonly type: MetricType;
  readonly contains: MetricContains;
  readonly sink: Sink;
}

interface Submetric extends MetricSeries {
  readonly filter: [string, string][];
}

class Metric implements MetricHandle, MetricSeries {
  readonly sink: Sink;
  readonly submetrics: Submetric[] = [];

  constructor(
    readonly name: string,
    readonly type: MetricType,
    readonly contains: MetricContains,
  ) {
    this.sink = createSink(type);
  }

  add(value: number, tags: Tags): void {
    this.sink.add(value);
    for (const submetric of this.submetrics) {
      if (matches(submetric.filter, tags)) submetric.sink.add(value);
    }
  }

  submetric(name: string, filter: [string, string][]): Submetric {
    const { type, contains } = this;
    const submetric = { name, type, contains, sink: createSink(type), filter };
    this.submetrics.push(submetric);
    return submetric;
  }
}

class ChecksMetric extends Metric {
  constructor(readonly checks: Checks) {
    super('checks', ...BUILTIN_METRICS.checks!);
  }

  override add(value: number, tags: Tags): void {
    super.add(value, tags);
    this.checks.add(value !== 0, tags);
  }
}

class GroupDurationMetric extends Metric {
  constructor(readonly checks: Checks) {
    super('group_duration', ...BUILTIN_METRICS.group_duration!);
  }

  override add(value: number, tags: Tags): void {
    super.add(value, tags);
    if (tags.group !== undefined) this.checks.addGroup(tags.group);
  }
}

/** All metrics of a test with their samples. */
export class MetricRegistry implements MetricSink {
  readonly checks = new Checks();
  private readonly metrics = new Map<string, Metric>();
  private readonly submetrics = new Map<string, MetricSeries>();

  constructor() {
    const special = [new ChecksMetric(this.checks), new GroupDurationMetric(this.checks)];
    for (const metric of special) this.metrics.set(metric.name, metric);
    for (const [name, [type, contains]] of Object.entries(BUILTIN_METRICS)) this.metric(name, type, contains);
    // k6 always shows the successful requests separately.
    this.series('http_req_duration{expected_response:true}', 'http_req_duration', [
      ['expected_response', 'true'],
    ]);
  }

  metric(name: string, type: MetricType, contains: MetricContains): Metric {
    const known = this.metrics.get(name);
    if (!known) {
      const metric = new Metric(name, type, contains);
      this.metrics.set(name, metric);
      return metric;
    }
    if (known.type !== type || known.contains !== contains) {
      throw new LabError(
        `metric '${name}' already exists as a ${known.type} of ${known.contains} values and cannot become a ` +
          `${type} of ${contains} values`,
        'usage',
        'Rename one of the two.',
      );
    }
    return known;
  }

  /** The series with that name; undefined when no such metric exists. `filter` selects a part of `metric`. */
  series(name: string, metric: string, filter?: [string, string][]): MetricSeries | undefined {
    const whole = this.metrics.get(metric);
    if (!filter || !whole) return whole;
    const known = this.submetrics.get(name);
    if (known) return known;
    const submetric = whole.submetric(name, filter);
    this.submetrics.set(name, submetric);
    return submetric;
  }

  get names(): string[] {
    return [...this.metrics.keys()];
  }

  /** Every metric, each followed by its parts. */
  *all(): Iterable<MetricSeries> {
    for (const metric of this.metrics.values()) {
      yield metric;
      yield* metric.submetrics;
    }
  }
}
