import { join } from 'node:path';
import { requires } from '../../support/requirements';
import { runWhole, type Sample } from './harness';
import { runK6 } from './real-k6';
import { type Seen, TargetServer } from './target-server';

const SCRIPTS = join(__dirname, '..', 'scripts');

/** The script, its number of iterations, and whether the order of its requests may vary. */
const CORPUS: { script: string; iterations: number; unordered?: boolean }[] = [
  { script: 'groups.js', iterations: 2 },
  { script: 'helpers.js', iterations: 1 },
  { script: 'batch.js', iterations: 1, unordered: true },
  { script: 'lifecycle.js', iterations: 2 },
  { script: 'metrics.js', iterations: 2 },
  { script: 'cookies.js', iterations: 2 },
  { script: 'redirects.js', iterations: 1 },
  { script: 'failures.js', iterations: 1 },
  { script: 'stale.js', iterations: 1 },
  { script: 'bodies.js', iterations: 1 },
  { script: 'async.js', iterations: 1, unordered: true },
  { script: 'errors.js', iterations: 4 },
  { script: 'isolation.js', iterations: 2 },
  { script: 'typed.ts', iterations: 1 },
  { script: 'scenario-exec.js', iterations: 2 },
];

/** Metrics that the executors measure, or that depend on the size of the client's own headers. */
const NOT_COMPARED = new Set([
  'vus',
  'vus_max',
  'iterations',
  'iteration_duration',
  'data_sent',
  'data_received',
]);
const COUNTED = new Set([
  'http_reqs',
  'http_req_failed',
  'checks',
  'my_errors',
  'my_level',
  'my_success',
  'my_size',
]);

requires('k6')('a script behaves as in k6', () => {
  test.each(CORPUS)(
    '$script sends the same requests and gives the same output and samples',
    async ({ script, iterations, unordered }) => {
      const path = join(SCRIPTS, script);
      const theirs = await withServer((url) => runK6(path, { BASE_URL: url }));
      const ours = await withServer((url) => runWhole(path, { BASE_URL: url }, iterations));
      const order = (seen: Seen[]) => (unordered ? seen.map(shown).sort() : seen.map(shown));
      expect(order(ours.seen)).toEqual(order(theirs.seen));
      expect(ours.result.lines.filter(isScriptLine)).toEqual(theirs.result.lines);
      expect(summarize(ours.result.samples, ours.url)).toEqual(summarize(theirs.result.samples, theirs.url));
    },
  );
});

async function withServer<T>(run: (url: string) => Promise<T>) {
  const server = await TargetServer.start();
  try {
    const result = await run(server.url);
    return { result, seen: server.seen, url: server.url };
  } finally {
    await server.stop();
  }
}

const BOUNDARY = /[0-9a-f]{60}/g;

function shown({ method, url, headers, body }: Seen): string {
  const cookie = headers.cookie?.split('; ').sort().join('; ');
  const sorted = Object.entries({ ...headers, cookie }).sort(([a], [b]) => a.localeCompare(b));
  return JSON.stringify({ method, url, sorted, body })
    .replace(/127\.0\.0\.1:\d+/g, 'HOST')
    .replace(BOUNDARY, 'BOUNDARY');
}

const isScriptLine = (line: string) => !line.startsWith('warning: ');

/** The number of occurrences of each sample. Values are included only if they do not depend on time. */
function summarize(samples: Sample[], url: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { metric, value, tags } of samples) {
    if (NOT_COMPARED.has(metric)) continue;
    const sorted = Object.entries(tags).sort(([a], [b]) => a.localeCompare(b));
    const worth = COUNTED.has(metric) ? ` = ${value}` : '';
    const key = `${metric}${JSON.stringify(sorted)}${worth}`.replaceAll(new URL(url).host, 'HOST');
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
