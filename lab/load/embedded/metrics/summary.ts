import type { GroupData } from './checks';
import type { Thresholds } from './evaluation';
import type { MetricRegistry } from './registry';

export interface MetricData {
  type: string;
  contains: string;
  values: Record<string, number>;
  /** Results by threshold expression. */
  thresholds?: Record<string, { ok: boolean }>;
}

/** The argument of handleSummary, in k6's shape. */
export interface SummaryData {
  root_group: GroupData;
  options: { summaryTrendStats: string[]; summaryTimeUnit: string; noColor: boolean };
  state: { isStdOutTTY: boolean; isStdErrTTY: boolean; testRunDurationMs: number };
  metrics: Record<string, MetricData>;
  setup_data: unknown;
}

export interface SummaryInput {
  registry: MetricRegistry;
  thresholds: Thresholds;
  durationMs: number;
  summaryTrendStats: string[];
  summaryTimeUnit: string;
  setupData: unknown;
}

/** As in k6, metrics without samples and thresholds are left out. */
export function summaryData(input: SummaryInput): SummaryData {
  const { summaryTrendStats, summaryTimeUnit, durationMs, setupData } = input;
  return {
    root_group: input.registry.checks.rootGroup(),
    options: { summaryTrendStats, summaryTimeUnit, noColor: true },
    state: { isStdOutTTY: false, isStdErrTTY: false, testRunDurationMs: durationMs },
    metrics: metricsData(input),
    setup_data: setupData,
  };
}

function metricsData({ registry, thresholds, durationMs, summaryTrendStats }: SummaryInput) {
  const metrics: Record<string, MetricData> = {};
  for (const series of registry.all()) {
    const own = thresholds.of(series);
    if (series.sink.count === 0 && !thresholds.concern(series)) continue;
    const { type, contains } = series;
    const values = series.sink.values(durationMs, summaryTrendStats);
    metrics[series.name] = { type, contains, values, ...(own && { thresholds: own }) };
  }
  return metrics;
}
