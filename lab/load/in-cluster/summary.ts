import { LabError } from '../../model/errors';
import type { LoadSummary } from '../../model/load-runner';
import { BUILTIN_METRICS } from '../builtin-metrics';
import { hasSummary, isAborted, k6Failed, saysAborted } from '../k6/exits';
import { EMPTY_SUMMARY, type ExportedSummary, summaryFrom } from '../k6/exported-summary';
import { LastLines } from '../last-lines';

/** How one generator ended: its container's exit code and its whole output. */
export interface Ended {
  exitCode: number;
  /** Why, in the kubelet's word, e.g. OOMKilled. */
  reason?: string;
  log: string;
}

/**
 * k6's summary, from the end of a generator's log.
 * @throws LabError with k6's last lines when k6 ended without a summary; kind `usage` if the script is at
 * fault.
 */
export function summaryOf({ exitCode, reason, log }: Ended): LoadSummary {
  if (reason === 'OOMKilled') {
    throw new LabError(
      'The load generator was OOMKilled: it reached its memory limit.',
      'environment',
      'Raise the limit, e.g. --set load.generator.memoryLimitMebibytes=1024, or divide the load with --parallelism.',
    );
  }
  const { lines, exported } = splitLog(log);
  const summary = exported ?? EMPTY_SUMMARY;
  if (!hasSummary(exitCode, summary.metrics.iterations?.count ?? 0)) {
    const last = new LastLines();
    lines.forEach((line) => last.add(line));
    throw k6Failed(exitCode, last.text);
  }
  const aborted = isAborted(exitCode) || lines.some(saysAborted);
  return summaryFrom(summary, definitionsOf(summary), { aborted, wallMs: 0 });
}

/** Splits a log into the lines of the script and k6, and the exported summary. */
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

/**
 * The export lacks the metric types. k6's own metrics are known; the values reveal the type of the others.
 */
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
 * One summary for a divided load. Counts are summed, and a threshold holds if it holds for every part.
 * Percentiles cannot be summed, so metrics are left out when there are several parts.
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
