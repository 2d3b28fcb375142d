import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, quit } from './processes';

const HOST = '127.0.0.1';
const START_DEADLINE_MS = 30_000;

/** [seconds since 1970, value] */
export type Point = [number, number];

/** A real Prometheus for tests, on a loopback port. */
export interface TestPrometheus {
  /**
   * The points of every series in the answer; an instant query has one each. Values that are not numbers are
   * omitted.
   */
  query(expression: string, at: number): Promise<Point[]>;
  queryRange(expression: string, from: number, to: number, stepSeconds: number): Promise<Point[]>;
  get(path: string): Promise<unknown>;
  stop(): Promise<void>;
}

export interface PrometheusOptions {
  /** Existing storage, for example of a replay. */
  data?: string;
  /** The targets, as in `scrape_configs`; by default none. */
  scrape?: object[];
}

export async function startPrometheus(options: PrometheusOptions): Promise<TestPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'backend-under-load-prometheus-'));
  const config = {
    global: { scrape_interval: '5s' },
    scrape_configs: options.scrape ?? [],
  };
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config)); // JSON is YAML
  const port = await freePort(HOST);
  const log = openSync(join(folder, 'log'), 'w');
  const server = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${options.data ?? join(folder, 'data')}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=${HOST}:${port}`,
    ],
    { stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const stop = async (): Promise<void> => {
    await quit(server, 'SIGTERM', 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://${HOST}:${port}`;
  try {
    await ready(url, server);
  } catch (error) {
    const said = readFileSync(join(folder, 'log'), 'utf8');
    await stop();
    throw new Error(`${(error as Error).message}\n${said}`, { cause: error });
  }
  const get = (path: string) => fetchData(url, path);
  const ask = (path: string, parameters: Record<string, string>) =>
    get(`${path}?${new URLSearchParams(parameters)}`);
  return {
    query: async (query, time) => pointsOf(await ask('/api/v1/query', { query, time: String(time) })),
    queryRange: async (query, start, end, step) =>
      pointsOf(
        await ask('/api/v1/query_range', {
          query,
          start: String(start),
          end: String(end),
          step: String(step),
        }),
      ),
    get,
    stop,
  };
}

interface Result {
  resultType: 'scalar' | 'vector' | 'matrix';
  result: { value?: [number, string]; values?: [number, string][] }[];
}

function pointsOf(data: unknown): Point[] {
  return (data as Result).result
    .flatMap(({ value, values }) => values ?? (value ? [value] : []))
    .map(([time, text]): Point => [time, Number(text)])
    .filter(([, value]) => Number.isFinite(value));
}

async function fetchData(url: string, path: string): Promise<unknown> {
  const response = await fetch(url + path);
  const body = (await response.json()) as { status: string; error?: string; data: unknown };
  if (body.status !== 'success') throw new Error(`${decodeURIComponent(path)}: ${body.error}`);
  return body.data;
}

async function ready(url: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    const response = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (response?.ok) return;
    if (server.exitCode !== null) throw new Error(`prometheus ended with ${server.exitCode}`);
    if (Date.now() > deadline) throw new Error(`prometheus is not ready after ${START_DEADLINE_MS} ms`);
    await sleep(50);
  }
}
