import { LabError } from '../../../model/errors';
import type { ThresholdOption } from '../options/thresholds';
import type { MetricRegistry, MetricSeries } from './registry';
import { supportsStat, THRESHOLD_STATS } from './sinks';
import { parseMetricName } from './submetric';
import { holds, parseThreshold, type ThresholdExpression } from './thresholds';

interface Threshold extends ThresholdExpression {
  source: string;
  series: MetricSeries;
  option: ThresholdOption;
  /** Result of the last evaluation; true before the first. */
  ok: boolean;
}

/** The thresholds of a test, bound to their metrics. */
export class Thresholds {
  private readonly thresholds: Threshold[];

  /** @throws LabError (usage) when a metric or statistic does not exist. */
  constructor(options: Record<string, ThresholdOption[]>, registry: MetricRegistry) {
    this.thresholds = Object.entries(options).flatMap(([name, list]) => {
      const { metric, tags } = parseMetricName(name);
      const series = registry.series(name, metric, tags);
      if (!series) throw unknownMetric(metric, registry);
      return list.map((option) => bind(name, option, series));
    });
  }

  /** False when no threshold needs to be evaluated before the end of the test. */
  get canAbort(): boolean {
    return this.thresholds.some(({ option }) => option.abortOnFail);
  }

  /**
   * Judges all thresholds at the end of the test.
   * As in k6, without samples a trend, counter or gauge counts as 0, and a threshold on a rate passes.
   */
  evaluate(elapsedMs: number): void {
    for (const threshold of this.thresholds) threshold.ok = judge(threshold, elapsedMs);
  }

  /** Judges the thresholds that have samples. Returns the failed ones that must end the test now. */
  evaluateRunning(elapsedMs: number): string[] {
    const evaluated = this.thresholds.filter(({ series }) => series.sink.count > 0);
    for (const threshold of evaluated) threshold.ok = judge(threshold, elapsedMs);
    return evaluated
      .filter(({ ok, option }) => !ok && option.abortOnFail && elapsedMs > option.delayAbortEvalMs)
      .map(keyOf);
  }

  /** Results by "metric{tags}: expression". */
  results(): Record<string, boolean> {
    return Object.fromEntries(this.thresholds.map((threshold) => [keyOf(threshold), threshold.ok]));
  }

  /** True when a threshold judges the series or a part of it. */
  concern(series: MetricSeries): boolean {
    return this.thresholds.some((threshold) => concerns(threshold, series));
  }

  /** Results for one series, by expression; undefined when it has no threshold. */
  of(series: MetricSeries): Record<string, { ok: boolean }> | undefined {
    const own = this.thresholds.filter((threshold) => threshold.series === series);
    return own.length === 0 ? undefined : Object.fromEntries(own.map(({ source, ok }) => [source, { ok }]));
  }
}

function concerns(threshold: Threshold, series: MetricSeries): boolean {
  return threshold.series === series || threshold.series.name.startsWith(`${series.name}{`);
}

function keyOf({ series, source }: Threshold): string {
  return `${series.name}: ${source}`;
}

function judge(threshold: Threshold, elapsedMs: number): boolean {
  const measured = threshold.series.sink.stat(threshold.stat, elapsedMs);
  return measured === undefined || holds(threshold, measured);
}

function bind(name: string, option: ThresholdOption, series: MetricSeries): Threshold {
  const path = `options.thresholds[${JSON.stringify(name)}]`;
  const expression = parseThreshold(option.threshold, path);
  if (!supportsStat(series.type, expression.stat)) {
    throw new LabError(
      `${path} asks for ${JSON.stringify(expression.stat)} of a ${series.type}, in ${JSON.stringify(option.threshold)}`,
      'usage',
      `A ${series.type} has: ${THRESHOLD_STATS[series.type]}.`,
    );
  }
  return { ...expression, source: option.threshold, series, option, ok: true };
}

function unknownMetric(metric: string, registry: MetricRegistry): LabError {
  return new LabError(
    `options.thresholds names the metric ${JSON.stringify(metric)}, which does not exist`,
    'usage',
    `Metrics of this test: ${registry.names.join(', ')}.`,
  );
}
