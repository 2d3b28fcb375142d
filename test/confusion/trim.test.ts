import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecording } from '../../lab/recording/recorder';
import { eventsOf } from '../verdict/synthetic';
import { trim } from './trim';

test('a trimmed recording keeps what signals read and what services expose for a diagnosis', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trim-'));
  const [from, to] = ['whole', 'trimmed'].map((name) => join(folder, `${name}.jsonl`)) as [string, string];
  const evidence = ['http_request_stage_seconds_total', 'http_request_stage_failures_total'];
  const kept = ['worker_queue_size', 'worker_threads_busy', 'worker_threads_max', ...evidence];
  const metrics = Object.fromEntries([...kept, 'nodejs_version_info'].map((name) => [name, 1]));
  const events = eventsOf([
    { ok: 10, metrics },
    { ok: 10, metrics },
  ]);
  writeFileSync(from, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  try {
    trim(from, to);
    const names = readRecording(to).flatMap((event) => (event.type === 'series' ? [event.name] : []));
    expect(names.sort()).toEqual(kept.sort());
  } finally {
    rmSync(folder, { recursive: true });
  }
});
