import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executorClock } from '../../../lab/load/embedded/executors/clock';
import { testOf } from '../../../lab/load/embedded/run-script';
import { type ExportedSummary, summaryFrom } from '../../../lab/load/k6/exported-summary';
import { LabError } from '../../../lab/model/errors';

/** What a script did, as far as it does not depend on time. */
export interface Outcome {
  /** Console output, and exceptions as "error: ...". */
  lines: string[];
  /** k6's exit code. */
  exitCode: number;
  /** undefined when the script was refused before it ran. */
  counts?: {
    iterations: number;
    dropped: number;
    requests: number;
    checks: Record<string, { passes: number; fails: number }>;
    thresholds: Record<string, boolean>;
  };
}

/** A script that is wrong ends k6 with one of several exit codes. The embedded generator has one kind of error. */
const REFUSED: Outcome = { lines: [], exitCode: 107 };

export async function runEmbedded(script: string, url: string): Promise<Outcome> {
  const logs: string[] = [];
  const test = testOf(
    { script, env: { BASE_URL: url } },
    performance.now(),
    (event) => event.type === 'log' && logs.push(event.line),
    executorClock,
  );
  try {
    const { iterations, droppedIterations: dropped, exitCode, checks, thresholds, data } = await test.run();
    const requests = data.metrics.http_reqs?.values.count ?? 0;
    const lines = logs.flatMap(scriptLine);
    return { lines, exitCode, counts: { iterations, dropped, requests, checks, thresholds } };
  } catch (error) {
    if (error instanceof LabError && error.kind === 'usage') return REFUSED;
    throw error;
  }
}

/** Lines of the generator itself, which k6 words differently. */
const OWN = /^(warning: |error: |the script ended the test|thresholds with abortOnFail)/;

function scriptLine(line: string): string[] {
  if (OWN.test(line)) return [];
  const [message, ...frames] = line.split('\n    at ');
  return [frames.length > 0 ? `error: ${message}` : line];
}

export async function runK6(script: string, url: string): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'lab-conformance-'));
  try {
    const summary = join(folder, 'summary.json');
    const flags = ['--no-usage-report', '--quiet', '--address', '', '--log-format', 'json'];
    const args = ['run', ...flags, '--summary-export', summary, '-e', `BASE_URL=${url}`, script];
    const { exitCode, log } = await run('k6', args);
    if (!existsSync(summary)) return REFUSED;
    return { lines: consoleLines(log), exitCode, counts: countsOf(readFileSync(summary, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command: string, args: string[]): Promise<{ exitCode: number; log: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (log += chunk));
    child.on('error', reject).on('close', (code) => resolve({ exitCode: code ?? -1, log }));
  });
}

function consoleLines(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { msg: string; source?: string })
    .filter(({ source }) => source === 'console' || source === 'stacktrace')
    .map(({ msg, source }) => (source === 'console' ? msg : `error: ${msg.split('\n')[0]}`));
}

function countsOf(text: string): Outcome['counts'] {
  const exported = JSON.parse(text) as ExportedSummary;
  const summary = summaryFrom(exported, new Map(), { aborted: false, wallMs: 0 });
  const { iterations, droppedIterations: dropped, requests, checks, thresholds } = summary;
  return { iterations, dropped, requests, checks, thresholds };
}
