import type { CheckData, GroupData } from '../../metrics/checks';
import type { MetricData, SummaryData } from '../../metrics/summary';
import { humanizeValue } from './humanize';

interface TextOptions {
  /** Text before every line. */
  indent: string;
  enableColors: boolean;
  summaryTimeUnit: string | null;
  summaryTrendStats: string[];
}

const COLOUR = { faint: 2, red: 31, green: 32, cyan: 36 } as const;
type Paint = (text: string, ...colours: (keyof typeof COLOUR)[]) => string;

const plain: Paint = (text) => text;
const coloured: Paint = (text, ...colours) =>
  `\x1b[${colours.map((colour) => COLOUR[colour]).join(';')}m${text}\x1b[0m`;

/** textSummary of jslib.k6.io/k6-summary: checks by group, then one aligned line for each metric. */
function textSummary(data: SummaryData, options: Partial<TextOptions> = {}): string {
  const defaults: TextOptions = {
    indent: ' ',
    enableColors: true,
    summaryTimeUnit: null,
    summaryTrendStats: [],
  };
  const merged = { ...defaults, ...data.options, ...options };
  const paint = merged.enableColors ? coloured : plain;
  return [
    ...groupLines(`${merged.indent}    `, data.root_group, paint),
    ...metricLines(data.metrics, merged, paint),
  ].join('\n');
}

function groupLines(indent: string, group: GroupData, paint: Paint): string[] {
  const isRoot = group.name === '';
  const inner = isRoot ? indent : `${indent}  `;
  return [
    ...(isRoot ? [] : [`${indent}█ ${group.name}\n`]),
    ...group.checks.map((check) => checkLine(inner, check, paint)),
    ...(group.checks.length > 0 ? [''] : []),
    ...group.groups.flatMap((child) => groupLines(inner, child, paint)),
  ];
}

function checkLine(indent: string, { name, passes, fails }: CheckData, paint: Paint): string {
  if (fails === 0) return paint(`${indent}✓ ${name}`, 'green');
  const percent = Math.floor((100 * passes) / (passes + fails));
  return paint(`${indent}✗ ${name}\n${indent} ↳  ${percent}% — ✓ ${passes} / ✗ ${fails}`, 'red');
}

interface Row {
  name: string;
  metric: MetricData;
  isPart: boolean;
  label: string;
  /** The statistics of a trend; otherwise the value and its details. */
  cells: string[];
}

function metricLines(metrics: Record<string, MetricData>, options: TextOptions, paint: Paint): string[] {
  const rows = Object.entries(metrics).map(([name, metric]) => rowOf(name, metric, options));
  rows.sort((a, b) => compareNames(a.name, b.name));
  const labelWidth = Math.max(0, ...rows.map(({ label, isPart }) => label.length + (isPart ? 2 : 0)));
  const trendWidths = widthsOf(rows.filter(({ metric }) => metric.type === 'trend'));
  const others = rows.filter(({ metric }) => metric.type !== 'trend');
  const otherWidths = widthsOf(others);
  return rows.map((row) => {
    const indent = row.isPart ? '  ' : '';
    const dots = paint(`${'.'.repeat(labelWidth - row.label.length - indent.length + 3)}:`, 'faint');
    const values =
      row.metric.type === 'trend'
        ? trendText(row, trendWidths, options.summaryTrendStats, paint)
        : otherText(row, otherWidths, paint);
    return `${options.indent}  ${indent}${markOf(row.metric, paint)} ${row.label}${dots} ${values}`;
  });
}

function rowOf(name: string, metric: MetricData, options: TextOptions): Row {
  const brace = name.indexOf('{');
  const label = brace < 0 ? name : `{ ${name.slice(brace + 1, -1)} }`;
  return { name, metric, isPart: brace >= 0, label, cells: cellsOf(metric, options) };
}

function cellsOf(metric: MetricData, { summaryTimeUnit, summaryTrendStats }: TextOptions): string[] {
  const { type, values } = metric;
  const text = (stat: string) => humanizeValue(values[stat]!, metric, summaryTimeUnit);
  switch (type) {
    case 'trend':
      return summaryTrendStats.map((stat) => (stat === 'count' ? String(values.count) : text(stat)));
    case 'counter':
      return [text('count'), `${text('rate')}/s`];
    case 'gauge':
      return [text('value'), `min=${text('min')}`, `max=${text('max')}`];
    default:
      return [text('rate'), `✓ ${values.passes}`, `✗ ${values.fails}`];
  }
}

/** The width of each column. */
function widthsOf(rows: Row[]): number[] {
  const columns = Math.max(0, ...rows.map(({ cells }) => cells.length));
  return Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map(({ cells }) => cells[i]?.length ?? 0)),
  );
}

function trendText({ cells }: Row, widths: number[], stats: string[], paint: Paint): string {
  return cells
    .map((cell, i) => `${stats[i]}=${paint(cell, 'cyan')}${' '.repeat(widths[i]! - cell.length)}`)
    .join(' ');
}

function otherText({ cells: [value = '', ...details] }: Row, widths: number[], paint: Paint): string {
  const first = paint(value, 'cyan') + ' '.repeat(widths[0]! - value.length);
  if (details.length === 1) return `${first} ${paint(details[0]!, 'cyan', 'faint')}`;
  const others = details.map(
    (detail, i) => paint(detail, 'cyan', 'faint') + ' '.repeat(widths[i + 1]! - detail.length),
  );
  return `${first} ${others.join(' ')}`;
}

function markOf({ thresholds }: MetricData, paint: Paint): string {
  if (!thresholds) return ' ';
  const held = Object.values(thresholds).every(({ ok }) => ok);
  return held ? paint('✓', 'green') : paint('✗', 'red');
}

/** Metrics by name, each followed by its parts. */
function compareNames(a: string, b: string): number {
  const [first, second] = [a.split('{', 1)[0]!, b.split('{', 1)[0]!];
  return first.localeCompare(second) || a.slice(first.length).localeCompare(b.slice(second.length));
}

/** The thresholds as a JUnit report. */
function jUnit(data: SummaryData, options: { name?: string; classname?: string } = {}): string {
  const name = escaped(options.name || 'k6 thresholds');
  const classname = escaped(options.classname || 'Unnamed folder');
  const all = Object.entries(data.metrics).flatMap(([metricName, metric]) =>
    Object.entries(metric.thresholds ?? {}).map(([expression, { ok }]) => ({
      metricName,
      metric,
      expression,
      ok,
    })),
  );
  const cases = all.map(({ metricName, metric, expression, ok }) => {
    const head = `<testcase name="${escaped(metricName)} - ${escaped(expression)}" classname="${classname}"`;
    if (ok) return `${head} />`;
    const values = Object.entries(metric.values).map(([stat, value]) => `${stat} value: ${value}`);
    const message = escaped(`${metric.type} threshold failed: ${values.join(', ')}`);
    return `${head}><failure message="${message}" /></testcase>`;
  });
  const counts = `tests="${cases.length}" failures="${all.filter(({ ok }) => !ok).length}"`;
  return `<?xml version="1.0"?>
    <testsuites ${counts}>
      <testsuite name="${name}" ${counts}>
        ${cases.join('\n')}
      </testsuite>
    </testsuites>`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#39;',
  '"': '&quot;',
};
const escaped = (text: string) => text.replace(/[&<>'"]/g, (char) => ENTITIES[char]!);

/** jslib.k6.io/k6-summary, without access to the network. */
export const summaryModule = { textSummary, humanizeValue, jUnit };
