import type { GroupData } from './checks';
import type { MetricData, SummaryData } from './summary';

const UNITS: Record<string, (value: number) => string> = {
  time: (value) =>
    value >= 1000 ? `${round(value / 1000)}s` : value >= 1 ? `${round(value)}ms` : `${round(value * 1000)}µs`,
  data: (value) =>
    value >= 1e6
      ? `${round(value / 1e6)} MB`
      : value >= 1e3
        ? `${round(value / 1e3)} kB`
        : `${round(value)} B`,
  default: (value) => String(round(value)),
};

/** The end-of-test summary of a script without handleSummary: thresholds, checks, then one line per metric. */
export function plainSummary(data: SummaryData): string {
  const names = Object.keys(data.metrics).sort();
  const width = Math.max(0, ...names.map((name) => name.length)) + 2;
  return [
    ...names.flatMap((name) => thresholdLines(name, data.metrics[name]!)),
    ...checkLines(data.root_group),
    ...names.map((name) => `  ${name.padEnd(width, '.')}: ${valuesText(data.metrics[name]!)}`),
    '',
  ].join('\n');
}

function thresholdLines(name: string, { thresholds = {} }: MetricData): string[] {
  return Object.entries(thresholds).map(([expression, { ok }]) => `  ${mark(ok)} ${name}: ${expression}`);
}

function checkLines(group: GroupData): string[] {
  const own = group.checks.map(({ path, passes, fails }) => {
    const name = path.split('::').filter(Boolean).join(' / ');
    return `  ${mark(fails === 0)} ${name}: ${passes} of ${passes + fails}`;
  });
  return [...own, ...group.groups.flatMap(checkLines)];
}

function valuesText({ type, contains, values }: MetricData): string {
  const unit = UNITS[contains] ?? UNITS.default!;
  if (type === 'rate') {
    return `${round((values.rate ?? 0) * 100)}% (${values.passes} of ${(values.passes ?? 0) + (values.fails ?? 0)})`;
  }
  if (type === 'counter') return `${unit(values.count ?? 0)} (${unit(values.rate ?? 0)}/s)`;
  return Object.entries(values)
    .map(([stat, value]) => `${stat}=${stat === 'count' ? value : unit(value)}`)
    .join(' ');
}

function mark(ok: boolean): string {
  return ok ? '✓' : '✗';
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
