import type { LoadSummary } from '../../model/load-runner';

/** The file that k6 writes with --summary-export. */
export interface ExportedSummary {
  root_group: ExportedGroup;
  /** Statistics by metric name. `thresholds` says for each expression whether it was crossed. */
  metrics: Record<string, Record<string, number> & { thresholds?: Record<string, boolean> }>;
}

interface ExportedGroup {
  groups: Record<string, ExportedGroup>;
  checks: Record<string, { name: string; passes: number; fails: number }>;
}

export const EMPTY_SUMMARY: ExportedSummary = { root_group: { groups: {}, checks: {} }, metrics: {} };

export type Definitions = Map<string, { type: string; contains: string }>;

export function summaryFrom(
  exported: ExportedSummary,
  definitions: Definitions,
  run: { aborted: boolean; wallMs: number },
): LoadSummary {
  const metrics = Object.fromEntries(
    Object.entries(exported.metrics).map(([name, { thresholds: _, ...values }]) => {
      const { type, contains } = definitions.get(name.split('{', 1)[0]!) ?? {
        type: 'trend',
        contains: 'default',
      };
      return [name, { type, contains, values: type === 'rate' ? rateValues(values) : values }];
    }),
  );
  const count = (name: string) => metrics[name]?.values.count ?? 0;
  return {
    aborted: run.aborted,
    durationMs: durationOf(metrics) ?? run.wallMs,
    iterations: count('iterations'),
    droppedIterations: count('dropped_iterations'),
    requests: count('http_reqs'),
    thresholds: thresholdsOf(exported),
    checks: checksOf(exported.root_group),
    metrics,
  };
}

/** Renames a rate's share: the export calls it "value", handleSummary calls it "rate". */
function rateValues({ value = 0, ...counts }: Record<string, number>): Record<string, number> {
  return { rate: value, ...counts };
}

/** The export lacks the duration. It follows from the count and rate of a counter. */
function durationOf(metrics: LoadSummary['metrics']): number | undefined {
  for (const { type, values } of Object.values(metrics)) {
    if (type === 'counter' && values.rate) return (values.count! / values.rate) * 1000;
  }
  return undefined;
}

function thresholdsOf({ metrics }: ExportedSummary): Record<string, boolean> {
  const all = Object.entries(metrics).flatMap(([name, { thresholds = {} }]) =>
    Object.entries(thresholds).map(([expression, crossed]) => [`${name}: ${expression}`, !crossed] as const),
  );
  return Object.fromEntries(all);
}

function checksOf(group: ExportedGroup, totals: LoadSummary['checks'] = {}): LoadSummary['checks'] {
  for (const { name, passes, fails } of Object.values(group.checks)) {
    const total = (totals[name] ??= { passes: 0, fails: 0 });
    total.passes += passes;
    total.fails += fails;
  }
  for (const child of Object.values(group.groups)) checksOf(child, totals);
  return totals;
}
