import type { MetricType } from '../../builtin-metrics';
import { isTrendStat, TrendSink } from './trend';

export interface Sink {
  readonly count: number;
  add(value: number): void;
  /**
   * A statistic by its name in thresholds; undefined for the rate of no samples. `elapsedMs` is the duration of the
   * test so far.
   */
  stat(name: string, elapsedMs: number): number | undefined;
  /** The statistics of the end-of-test summary. */
  values(elapsedMs: number, trendStats: string[]): Record<string, number>;
}

class Counter implements Sink {
  count = 0;
  private sum = 0;

  add(value: number): void {
    this.count += 1;
    this.sum += value;
  }

  stat(name: string, elapsedMs: number): number | undefined {
    return this.values(elapsedMs)[name];
  }

  values(elapsedMs: number): Record<string, number> {
    return { count: this.sum, rate: elapsedMs > 0 ? this.sum / (elapsedMs / 1000) : 0 };
  }
}

class Gauge implements Sink {
  count = 0;
  private value = 0;
  private min = 0;
  /** Starts at 0 like k6, so the maximum of negative values is 0. */
  private max = 0;

  add(value: number): void {
    this.min = this.count === 0 ? value : Math.min(this.min, value);
    this.max = Math.max(this.max, value);
    this.value = value;
    this.count += 1;
  }

  stat(name: string): number | undefined {
    return name === 'value' ? this.value : undefined;
  }

  values(): Record<string, number> {
    return { value: this.value, min: this.min, max: this.max };
  }
}

class Rate implements Sink {
  count = 0;
  private passes = 0;

  add(value: number): void {
    this.count += 1;
    if (value !== 0) this.passes += 1;
  }

  stat(name: string): number | undefined {
    return name === 'rate' && this.count > 0 ? this.passes / this.count : undefined;
  }

  values(): Record<string, number> {
    const fails = this.count - this.passes;
    return { rate: this.count === 0 ? 0 : this.passes / this.count, passes: this.passes, fails };
  }
}

class Trend extends TrendSink implements Sink {
  values(_elapsedMs: number, trendStats: string[]): Record<string, number> {
    return Object.fromEntries(trendStats.map((name) => [name, this.stat(name)!]));
  }
}

const SINKS: Record<MetricType, () => Sink> = {
  counter: () => new Counter(),
  gauge: () => new Gauge(),
  rate: () => new Rate(),
  trend: () => new Trend(),
};

/** The statistics that a threshold may name, by metric type, as text for people. */
export const THRESHOLD_STATS: Record<MetricType, string> = {
  counter: 'count, rate',
  gauge: 'value',
  rate: 'rate',
  trend: 'avg, min, max, med, p(N)',
};

export function createSink(type: MetricType): Sink {
  return SINKS[type]();
}

/** True when a threshold on a metric of this type may name this statistic. */
export function supportsStat(type: MetricType, name: string): boolean {
  if (type === 'trend') return name !== 'count' && isTrendStat(name);
  return THRESHOLD_STATS[type].split(', ').includes(name);
}
