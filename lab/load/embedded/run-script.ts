import { writeFile } from 'node:fs/promises';
import type { LoadOptions, LoadSummary } from '../../model/load-runner';
import { type ExecutorClock, executorClock } from './executors/clock';
import { LoadTest, type LoadTestInput, type LoadTestResult } from './load-test';
import { plainSummary } from './metrics/plain-summary';
import { loadScript } from './script';

export type ScriptOptions = Pick<LoadOptions, 'script' | 'env' | 'allowedHosts'>;

/** Creates a test that runs the script in this process. */
export function testOf(
  { script, env, allowedHosts }: ScriptOptions,
  origin: number,
  emit: LoadTestInput['emit'],
  clock: ExecutorClock = executorClock,
): LoadTest {
  return new LoadTest({
    load: (host) => loadScript({ path: script, env, host }),
    clock,
    origin,
    emit,
    allowedHosts,
  });
}

export function summaryOf({ data, ...result }: LoadTestResult): LoadSummary {
  const { aborted, iterations, droppedIterations, thresholds, checks } = result;
  return {
    aborted,
    durationMs: data.state.testRunDurationMs,
    iterations,
    droppedIterations,
    requests: data.metrics.http_reqs?.values.count ?? 0,
    thresholds,
    checks,
    metrics: data.metrics,
  };
}

/**
 * Writes the result of handleSummary. Without handleSummary, writes the text summary to stdout. A file that cannot
 * be written is logged, and the others are written.
 */
export async function writeOutputs(
  { outputs, data }: LoadTestResult,
  streams: Record<'stdout' | 'stderr' | 'log', (text: string) => void>,
): Promise<void> {
  const problems: string[] = [];
  for (const [target, content] of Object.entries(outputs ?? { stdout: plainSummary(data) })) {
    if (target === 'stdout' || target === 'stderr') streams[target](content.toString());
    else await writeFile(target, content).catch((error: Error) => problems.push(unwritten(target, error)));
  }
  if (problems.length === 0) return;
  streams.log(`error: Could not save some summary information:\n${problems.join('\n')}`);
}

function unwritten(target: string, { message }: Error): string {
  return `\t- could not open '${target}': ${message}`;
}
