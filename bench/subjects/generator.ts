import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BUILD, PROGRAMS, SCRIPTS } from '../harness/paths';
import { Program } from '../harness/process';
import type { Row } from '../harness/result';
import { type Measure, type Pairs, row, sideBySide } from '../harness/side-by-side';
import type { Subject } from '../harness/subject';

type Kind = 'embedded' | 'k6';

const COMMANDS: Record<Kind, string[]> = {
  embedded: [process.execPath, join(BUILD, 'lab/cli/k6-script.js')],
  k6: ['k6', 'run', '--quiet', '--no-usage-report', '--address', ''],
};

/** Both first compile the script, and then the hot code. */
const WARM_UP_SECONDS = 2;
const VUS = 50;
const FEW_VUS = 10;
const MORE_VUS = 1000;
const SETTLE_MS = 2000;
/** Answers are delayed by 5 to 50 ms, so the true p99 is nearly 50 ms. */
const DELAYED = { rate: 1000, vus: 200, path: '/delayed' };
const P99_MS = 50;
/** Enough virtual users for a fifth of a second of requests, in case answers are delayed. */
const FASTEST = { rate: 5000, vus: 1000, path: '/' };
/** In milliseconds. Errors below this do not matter. */
const LEAST_ERROR_MS = 0.1;

/** The embedded load generator against the real k6: same scripts, same target, one core each. */
export const generator: Subject = {
  name: 'generator',
  title: 'The embedded load generator against k6',
  ours: 'embedded',
  theirs: 'k6',
  missing: () =>
    spawnSync('k6', ['version']).status === 0
      ? undefined
      : 'k6 is not on the PATH: https://grafana.com/docs/k6/latest/set-up/install-k6/',
  async measure({ host, rounds, seconds, short }) {
    const target = await Target.start();
    const compare = <Name extends string>(measure: (kind: Kind) => Measure<Name>) =>
      sideBySide(host, rounds, measure('embedded'), measure('k6'));
    const arriving = (schedule: Schedule) =>
      compare((kind) => () => arrivals(kind, target, schedule, seconds));
    try {
      const speed = await compare((kind) => () => throughput(kind, target, seconds));
      const delayed = await arriving(DELAYED);
      const rows = [
        row('requests per CPU-second', '', speed.perCpuSecond, { of: 'ratio', is: '>=', value: 2 }),
        row('p50 off by', 'ms', delayed.p50),
        row('p99 off by', 'ms', delayed.p99, { of: 'ours', is: '<=', value: 0.05 * P99_MS }),
        ...kept(DELAYED, delayed),
      ];
      if (short) return rows;
      const memory = await sideBySide(
        host,
        1,
        () => memoryPerVU('embedded', target),
        () => memoryPerVU('k6', target),
      );
      return [
        ...rows,
        ...kept(FASTEST, await arriving(FASTEST)),
        row('memory per VU', 'KiB', memory.perVU, { of: 'ratio', is: '<=', value: 1 }),
      ];
    } finally {
      await target.stop();
    }
  },
};

function kept({ rate }: Schedule, { sent, late }: Record<'sent' | 'late', Pairs>): Row[] {
  return [
    row(`share of ${rate}/s that was sent`, '%', sent, { of: 'ours', is: '>=', value: 99.9 }),
    row(`99 % start within, at ${rate}/s`, 'ms', late),
  ];
}

class Target {
  private constructor(
    private readonly program: Program,
    readonly url: string,
  ) {}

  static async start(): Promise<Target> {
    const program = Program.start([process.execPath, join(PROGRAMS, 'truth.js')], { core: 'other' });
    const [url] = await program.line(/^http.*/);
    return new Target(program, url);
  }

  async hits(): Promise<number> {
    return Number(await this.ask('hits'));
  }

  async truth(): Promise<{ hits: number; p50: number; p99: number; arrivals: number[] }> {
    return JSON.parse(await this.ask('truth'));
  }

  ask(what: 'hits' | 'truth' | 'reset'): Promise<string> {
    return fetch(`${this.url}/${what}`).then((response) => response.text());
  }

  stop(): Promise<void> {
    return this.program.stop();
  }
}

function start(kind: Kind, script: string, target: Target, env: Record<string, number | string>): Program {
  const pairs = Object.entries({ BASE_URL: target.url, ...env });
  const given = pairs.flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  return Program.start([...COMMANDS[kind], ...given, join(SCRIPTS, script)], { core: 'measured' });
}

/** Requests per CPU time after the warm-up. The start-up cost of both sides is excluded. */
async function throughput(kind: Kind, target: Target, seconds: number) {
  const program = start(kind, 'throughput.ts', target, { VUS, SECONDS: 600 });
  await requests(target, 1);
  await sleep(WARM_UP_SECONDS * 1000);
  const before = { hits: await target.hits(), cpuMs: program.cpuMs };
  await sleep(seconds * 1000);
  const [hits, cpuMs] = [await target.hits(), program.cpuMs];
  await program.stop();
  return { perCpuSecond: (hits - before.hits) / ((cpuMs - before.cpuMs) / 1000) };
}

/** The memory for each of a thousand additional virtual users. */
async function memoryPerVU(kind: Kind, target: Target) {
  const few = await rssWith(kind, target, FEW_VUS);
  const many = await rssWith(kind, target, FEW_VUS + MORE_VUS);
  return { perVU: (many - few) / MORE_VUS / 1024 };
}

async function rssWith(kind: Kind, target: Target, vus: number): Promise<number> {
  const program = start(kind, 'users.ts', target, { VUS: vus, SECONDS: 600 });
  await requests(target, vus);
  await sleep(SETTLE_MS);
  const bytes = program.rssBytes;
  await program.stop();
  return bytes;
}

interface Schedule {
  rate: number;
  vus: number;
  path: string;
}

/**
 * A schedule as the server sees it: the share of requests that arrived, the interval around their scheduled
 * times that covers 99 % of them, and the error of the generator's latencies.
 */
async function arrivals(kind: Kind, target: Target, { rate, vus, path }: Schedule, seconds: number) {
  await target.ask('reset');
  const env = {
    RATE: rate,
    SECONDS: seconds,
    VUS: vus,
    URL_PATH: path,
    WARM_UP_SECONDS,
    WARM_UP_PATH: `/warm-up${path}`,
  };
  const seen = JSON.parse(await start(kind, 'arrivals.ts', target, env).output()) as Record<string, number>;
  const truth = await target.truth();
  const off = (name: 'p50' | 'p99') => Math.max(Math.abs(seen[name]! - truth[name]), LEAST_ERROR_MS);
  const late = truth.arrivals.map((at, index) => at - truth.arrivals[0]! - (index * 1000) / rate);
  late.sort((a, b) => a - b);
  const at = (share: number) => late[Math.floor(late.length * share)] as number;
  return {
    sent: Math.min(100, (100 * truth.hits) / (rate * seconds)),
    late: at(0.995) - at(0.005),
    p50: off('p50'),
    p99: off('p99'),
  };
}

async function requests(target: Target, count: number): Promise<void> {
  const before = await target.hits();
  while ((await target.hits()) < before + count) await sleep(20);
}
