import type { LoadSummary } from '../../model/load-runner';
import { BUILTIN_METRICS } from '../builtin-metrics';
import { hasSummary, isAborted, k6Failed, saysAborted } from '../k6/exits';
import { EMPTY_SUMMARY, type ExportedSummary, summaryFrom } from '../k6/exported-summary';
import { LastLines } from '../last-lines';

/** One generator's end: its container's exit code and all that it wrote. */
export interface Ended {
  exitCode: number;
  log: string;
}

/**
 * k6's summary out of a generator's log, at whose end it exports it.
 * @throws LabError with k6's last lines when it ended without one; of the kind `usage` for a fault of the script.
 */
export function summaryOf({ exitCode, log }: Ended): LoadSummary {
  const { lines, exported } = splitLog(log);
  if (!hasSummary(exitCode)) {
    const last = new LastLines();
    lines.forEach((line) => last.add(line));
    throw k6Failed(exitCode, last.text);
  }
  const summary = exported ?? EMPTY_SUMMARY;
  const aborted = isAborted(exitCode) || lines.some(saysAborted);
  return summaryFrom(summary, definitionsOf(summary), { aborted, wallMs: 0 });
}

/** What the script and k6 had to say, apart from the summary. */
export function splitLog(log: string): { lines: string[]; exported?: ExportedSummary } {
  const lines = log.split('\n');
  const begin = lines.lastIndexOf('{');
  const end = lines.lastIndexOf('}');
  if (begin < 0 || end < begin) return { lines: lines.filter(Boolean) };
  try {
    const exported = JSON.parse(lines.slice(begin, end + 1).join('\n')) as ExportedSummary;
    return { lines: [...lines.slice(0, begin), ...lines.slice(end + 1)].filter(Boolean), exported };
  } catch {
    return { lines: lines.filter(Boolean) };
  }
}

/** The export leaves the types out; k6's own metrics are known, and of the others the values tell. */
function definitionsOf({ metrics }: ExportedSummary): Map<string, { type: string; contains: string }> {
  return new Map(
    Object.entries(metrics).map(([name, values]) => {
      const [type, contains] = BUILTIN_METRICS[name] ?? [typeOf(values), 'default'];
      return [name, { type, contains }];
    }),
  );
}

function typeOf(values: object): string {
  if ('passes' in values) return 'rate';
  if ('count' in values) return 'counter';
  return 'value' in values ? 'gauge' : 'trend';
}

/**
 * One summary of a divided load. Counts add up and a threshold holds if it holds for every part; percentiles do not
 * add up, so metrics are left out where there are several parts.
 */
export function mergeSummaries(parts: LoadSummary[]): LoadSummary {
  if (parts.length === 1) return parts[0]!;
  const sum = (count: (part: LoadSummary) => number) => parts.reduce((total, part) => total + count(part), 0);
  const checks: LoadSummary['checks'] = {};
  const thresholds: LoadSummary['thresholds'] = {};
  for (const part of parts) {
    for (const [name, held] of Object.entries(part.thresholds)) {
      thresholds[name] = held && (thresholds[name] ?? true);
    }
    for (const [name, { passes, fails }] of Object.entries(part.checks)) {
      const total = (checks[name] ??= { passes: 0, fails: 0 });
      total.passes += passes;
      total.fails += fails;
    }
  }
  return {
    aborted: parts.some(({ aborted }) => aborted),
    durationMs: Math.max(...parts.map(({ durationMs }) => durationMs)),
    iterations: sum(({ iterations }) => iterations),
    droppedIterations: sum(({ droppedIterations }) => droppedIterations),
    requests: sum(({ requests }) => requests),
    thresholds,
    checks,
    metrics: {},
  };
}
