import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sample } from './harness';

export interface K6Run {
  /** The script's console output, and its exceptions as "error: ...". */
  lines: string[];
  samples: Sample[];
}

/** Runs a script with the k6 binary. */
export async function runK6(path: string, env: Record<string, string>): Promise<K6Run> {
  const folder = await mkdtemp(join(tmpdir(), 'k6-'));
  try {
    const json = join(folder, 'samples.json');
    const variables = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    const flags = ['--no-usage-report', '--quiet', '--log-format', 'json', '--out', `json=${json}`];
    const log = await output('k6', ['run', ...flags, ...variables, path]);
    return { lines: readLog(log), samples: readSamples(await readFile(json, 'utf8')) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function output(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.on('error', reject).on('close', () => resolve(text));
  });
}

function readLog(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { level: string; msg: string; source?: string })
    .filter(({ source }) => source === 'console' || source === 'stacktrace')
    .map(({ msg, source }) => (source === 'console' ? msg : `error: ${msg.split('\n')[0]}`));
}

function readSamples(text: string): Sample[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map(
      (line) =>
        JSON.parse(line) as { type: string; metric: string; data: { value: number; tags: Sample['tags'] } },
    )
    .filter(({ type }) => type === 'Point')
    .map(({ metric, data }) => ({ metric, value: data.value, tags: data.tags ?? {} }));
}
