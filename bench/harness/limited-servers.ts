import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cage, Limiter } from '../../lab/engine/local/limits/limits';
import { BUILD, PROGRAMS, SCRIPTS } from './paths';
import { pinnedTo, Program } from './process';
import type { Measure } from './side-by-side';

/** The service's default limit. It must be less than the load generator's share, one core. */
const CPU_MILLICORES = 500;
const MEMORY_BYTES = 512 * 2 ** 20;
const CONNECTIONS = 50;
/**
 * Below the kernel's ports for outgoing connections (32768 and up), of which a generator may hold thousands.
 */
const FIRST_PORT = 20_000 + (process.pid % 12_000);
/** Well below the rate that each server reaches under the limit. */
export const STEADY_RATE = 1000;

/** Python with FastAPI and uvicorn, from the environment variable or the default path. */
export const PYTHON = process.env.BENCH_PYTHON ?? join(BUILD, '..', '.venv', 'bin', 'python');
export const HOW_TO_GET_FASTAPI =
  'FastAPI (python3 -m venv .venv && .venv/bin/pip install fastapi "uvicorn[standard]"; or BENCH_PYTHON=…/bin/python)';

const SERVERS = {
  service: [process.execPath, join(BUILD, 'service/main.js')],
  uninstrumented: [process.execPath, join(PROGRAMS, 'uninstrumented.js')],
  plain: [process.execPath, join(PROGRAMS, 'plain-http.js')],
  express: [process.execPath, join(PROGRAMS, 'bare-express.js')],
  fastapi: [PYTHON, join(PROGRAMS, 'fastapi_app.py')],
};

export type ServerName = keyof typeof SERVERS;

/** The code is warmed up once. */
const WARM_UP_SECONDS = 6;

interface Running {
  url: string;
  cage: Cage;
}

/** Servers under the same limits, each in its own process. Servers without requests are idle. */
export class Servers {
  private readonly started = new Map<ServerName, Promise<Running>>();
  private readonly warm = new Set<string>();

  constructor(private readonly limiter: Limiter) {}

  /**
   * Requests per CPU time, with enough connections to keep the server busy. Under a limit this corresponds to
   * its rate, and other processes on the machine affect it less.
   */
  throughput(name: ServerName, route: string, seconds: number): Measure<'perCpuSecond'> {
    return async () => {
      const { url, cage } = await this.running(name);
      if (!this.warm.has(url + route)) await askFor(url + route, WARM_UP_SECONDS);
      this.warm.add(url + route);
      const before = cage.usage().cpuSeconds;
      const requests = await askFor(url + route, seconds);
      return { perCpuSecond: requests / (cage.usage().cpuSeconds - before) };
    };
  }

  /** The p99 at a steady rate. */
  tail(name: ServerName, seconds: number): Measure<'p99'> {
    return async () => {
      const env = {
        RATE: STEADY_RATE,
        SECONDS: seconds,
        VUS: 200,
        URL_PATH: '/api/fast',
        WARM_UP_PATH: '/api/fast',
        WARM_UP_SECONDS,
        BASE_URL: (await this.running(name)).url,
      };
      const given = Object.entries(env).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
      const generator = [process.execPath, join(BUILD, 'lab/cli/k6-script.js'), ...given];
      const command = [...generator, join(SCRIPTS, 'arrivals.ts')];
      return JSON.parse(await Program.start(command, { core: 'other' }).output()) as { p99: number };
    };
  }

  private running(name: ServerName): Promise<Running> {
    const known = this.started.get(name);
    if (known) return known;
    const running = this.start(name, FIRST_PORT + this.started.size);
    this.started.set(name, running);
    return running;
  }

  private async start(name: ServerName, port: number): Promise<Running> {
    const cage = await this.limiter.create({
      name,
      cpuLimitMillicores: CPU_MILLICORES,
      memoryLimitBytes: MEMORY_BYTES,
    });
    const env = { PATH: process.env.PATH ?? '', HOST: '127.0.0.1', PORT: String(port) };
    const command = [...pinnedTo('measured'), ...SERVERS[name]];
    const program = new Program(await cage.spawn({ command, env, cwd: '/' }));
    await program.line(name === 'service' ? /"ready"/ : /listening on/);
    const url = `http://127.0.0.1:${port}`;
    while (!(await fetch(`${url}/health`).catch(() => undefined))) await sleep(20);
    return { url, cage };
  }
}

async function askFor(url: string, seconds: number): Promise<number> {
  const command = [
    process.execPath,
    join(PROGRAMS, 'closed-loop.js'),
    url,
    String(CONNECTIONS),
    String(seconds),
  ];
  const { requests } = JSON.parse(await Program.start(command, { core: 'other' }).output()) as {
    requests: number;
  };
  return requests;
}
