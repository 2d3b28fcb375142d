import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecording } from '../../lab/recording/recorder';

/** A recording on the clock of a Prometheus: its millisecond 0 is at `base`, in seconds since 1970. */
export interface Replay {
  file: string;
  base: number;
}

/** Creates Prometheus storage from the scrapes in these recordings. */
export function replay(recordings: readonly Replay[], data: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'backend-under-load-replay-'));
  try {
    const text = join(folder, 'metrics.om');
    mkdirSync(data, { recursive: true });
    writeOpenMetrics(recordings, text);
    execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', text, data], {
      stdio: 'pipe',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeOpenMetrics(recordings: readonly Replay[], file: string): void {
  const output = openSync(file, 'w');
  for (const { file: recording, base } of recordings) {
    for (const lines of linesBySeries(recording, base).values()) writeSync(output, lines.join(''));
  }
  writeSync(output, '# EOF\n');
  closeSync(output);
}

/** Repeats every series at every scrape, because a recording holds only changed values. */
function linesBySeries(recording: string, base: number): Map<number, string[]> {
  const names = new Map<number, string>();
  const current = new Map<number, number>();
  const lines = new Map<number, string[]>();
  for (const event of readRecording(recording)) {
    if (event.type === 'series') {
      const labels = Object.entries(event.labels).map(
        ([label, value]) => `${label}=${JSON.stringify(value)}`,
      );
      names.set(event.id, `${event.name}{${labels.join(',')}}`);
      lines.set(event.id, []);
    }
    if (event.type !== 'scrape') continue;
    for (const [id, value] of event.values) current.set(id, value);
    const time = (base + event.t / 1000).toFixed(3);
    for (const [id, value] of current) lines.get(id)!.push(`${names.get(id)} ${value} ${time}\n`);
  }
  return lines;
}
