import type { GroupData } from '../../metrics/checks';
import type { SummaryData } from '../../metrics/summary';

interface ReportOptions {
  title?: string;
}

/** benc-uk/k6-reporter, without access to the network: the end-of-test summary as an HTML page. */
export function htmlReport(data: SummaryData, { title }: ReportOptions = {}): string {
  const heading = escaped(
    title ?? `k6 load test: ${new Date().toISOString().slice(0, 16).replace('T', ' ')}`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${heading}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
table { border-collapse: collapse; margin-bottom: 2rem; width: 100%; }
th, td { border-bottom: 1px solid #ccc; padding: 0.25rem 0.5rem; text-align: right; }
th:first-child, td:first-child { text-align: left; }
.failed { background: #fde0dc; }
</style>
</head>
<body>
<h1>${heading}</h1>
${overview(data)}
<h2>Trends and times</h2>
${trends(data)}
<h2>Rates, counters and gauges</h2>
${others(data)}
<h2>Checks</h2>
${checks(data)}
</body>
</html>
`;
}

function overview({ metrics, root_group }: SummaryData): string {
  const value = (metric: string, name: string) => metrics[metric]?.values[name] ?? 0;
  const results = Object.values(metrics).flatMap(({ thresholds = {} }) => Object.values(thresholds));
  const rows: [string, number, boolean?][] = [
    ['Total requests', value('http_reqs', 'count')],
    // The rate counts what is true, so its passes are the failed requests.
    ['Failed requests', value('http_req_failed', 'passes'), value('http_req_failed', 'passes') > 0],
    ['Breached thresholds', results.filter(({ ok }) => !ok).length, results.some(({ ok }) => !ok)],
    ['Failed checks', failedChecks(root_group), failedChecks(root_group) > 0],
  ];
  return table(
    ['Result', 'Count'],
    rows.map(([name, count, failed]) => row([name, String(count)], failed)),
  );
}

function trends({ metrics }: SummaryData): string {
  const found = Object.entries(metrics).filter(([, { type }]) => type === 'trend');
  const names = Object.keys(found[0]?.[1].values ?? {});
  const rows = found.map(([name, { values, thresholds }]) =>
    row([name, ...names.map((stat) => number(values[stat]))], breached(thresholds)),
  );
  return table(['Metric', ...names], rows);
}

function others({ metrics }: SummaryData): string {
  const found = Object.entries(metrics).filter(([, { type }]) => type !== 'trend');
  const rows = found.map(([name, { type, values, thresholds }]) => {
    const shown = Object.entries(values).map(([stat, value]) => `${stat} ${number(value)}`);
    return row([name, type, shown.join(', ')], breached(thresholds));
  });
  return table(['Metric', 'Type', 'Values'], rows);
}

function checks({ root_group }: SummaryData): string {
  const rows = groupsOf(root_group).flatMap(({ path, checks }) =>
    checks.map(({ name, passes, fails }) =>
      row([`${path.replace(/^::/, '')} ${name}`.trim(), String(passes), String(fails)], fails > 0),
    ),
  );
  return table(['Check', 'Passes', 'Failures'], rows);
}

function groupsOf(group: GroupData): GroupData[] {
  return [group, ...group.groups.flatMap(groupsOf)];
}

const failedChecks = (root: GroupData) =>
  groupsOf(root)
    .flatMap(({ checks }) => checks)
    .reduce((sum, { fails }) => sum + fails, 0);

const breached = (thresholds: Record<string, { ok: boolean }> = {}) =>
  Object.values(thresholds).some(({ ok }) => !ok);

const number = (value = 0) => String(Math.round(value * 100) / 100);

function table(heads: string[], rows: string[]): string {
  if (rows.length === 0) return '<p>None.</p>';
  const head = heads.map((text) => `<th>${escaped(text)}</th>`).join('');
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody>\n</table>`;
}

function row(cells: string[], failed = false): string {
  const content = cells.map((text) => `<td>${escaped(text)}</td>`).join('');
  return `<tr${failed ? ' class="failed"' : ''}>${content}</tr>`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
