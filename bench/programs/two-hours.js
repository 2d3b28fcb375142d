'use strict';
// Feeds two hours of a run to its listeners as fast as they accept it, and prints the heap in use on the way.
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { Writable } = require('node:stream');
const { Progress } = require('../../build/lab/cli/progress');
const { RequestAggregator } = require('../../build/lab/load/requests');
const { Recorder } = require('../../build/lab/recording/recorder');
const { Sampler } = require('../../build/lab/run/sampler');
const { TelemetryStream } = require('../../build/lab/run/stream');

const SECONDS = 7200;
const SERIES = 400;
/** The number of a scrape's series that change each second, as in a recorded run. */
const CHANGING = 100;

const folder = mkdtempSync(join(tmpdir(), 'lab-bench-'));
const stream = new TelemetryStream();
const recorder = new Recorder(join(folder, 'run.jsonl'));
stream.listen(recorder.write);
const nowhere = new Writable({ write: (chunk, encoding, done) => done() });
stream.listen(new Progress({ title: 'two hours', plannedSeconds: SECONDS }, nowhere).listen);

let second = 0;
const samples = Array.from({ length: SERIES }, (_, index) => ({
  name: index % 2 ? 'process_cpu_seconds_total' : `gauge_${index}`,
  labels: { pod: `backend-${index % 5}`, app: 'backend', series: String(index) },
  value: 0,
}));
const scrape = async () => {
  for (let index = 0; index < CHANGING; index++) samples[index].value += index + 1;
  return { samples, failed: {} };
};
const sampler = new Sampler({ scrape }, stream.emit, () => second * 1000);
const aggregator = new RequestAggregator();

async function main() {
  const run = { type: 'run', t: 0, format: 1, engine: { name: 'local', limits: {} }, props: {}, load: {} };
  stream.emit(run);
  stream.emit({ type: 'phase', t: 0, name: 'load' });
  const heap = {};
  for (second = 1; second <= SECONDS; second++) {
    const t = second * 1000;
    await sampler.sample(1000);
    for (let i = 0; i < 50; i++)
      aggregator.add(
        { scenario: 'default', name: '/api/fast', outcome: 'ok', status: 200, durationMs: i },
        0,
      );
    for (const event of aggregator.take(t)) stream.emit(event);
    const counts = { scheduled: second, started: second, completed: second, dropped: 0, activeVUs: 1 };
    stream.emit({ type: 'load', t, scenario: 'default', ...counts, generatorCpu: 0, generatorDelayMs: 0 });
    stream.emit({ type: 'host', t, cores: 2, busy: 0.5, steal: 0, labDelayMs: 1 });
    stream.emit({ type: 'log', t, source: 'backend-1', line: 'a line' });
    if (second === SECONDS / 12 || second === SECONDS) {
      global.gc();
      heap[second] = process.memoryUsage().heapUsed / 2 ** 20;
    }
  }
  recorder.close();
  rmSync(folder, { recursive: true });
  console.log(JSON.stringify({ after10Minutes: heap[SECONDS / 12], after2Hours: heap[SECONDS] }));
}

main();
