import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabError } from '../../model/errors';
import type { LoadOptions, LoadRunner, LoadSummary } from '../../model/load-runner';
import { passed } from '../../support/environment';
import { LastLines } from '../last-lines';
import { forbiddenNetworks } from './allowed-addresses';
import { cpuTimeMs } from './cpu-time';
import { forbidden, hasSummary, isAborted, k6Failed, saysAborted } from './exits';
import { type Definitions, EMPTY_SUMMARY, type ExportedSummary, summaryFrom } from './exported-summary';
import { isForbiddenHost, parseSample } from './samples';
import { Windows } from './windows';

/** A window is closed this long after its end, because k6 writes its samples a few hundred ms late. */
const WINDOW_DELAY_MS = 1000;
const REPORT_EVERY_MS = 1000;

/** k6 reads its settings from this file, instead of from the user's. */
const CONFIG = 'config.json';
/** Without `K6_VUS`, `K6_OUT` and the like, which win over the script. */
const environment = (): Record<string, string> =>
  passed('PATH', 'HOME', 'TMPDIR', 'SSL_CERT_FILE', 'SSL_CERT_DIR');

/**
 * Runs unchanged scripts with the k6 binary. `t` of the events is milliseconds since the call of `run`.
 * @param binary a name on the PATH, or a path
 */
export function k6Runner(binary = 'k6'): LoadRunner {
  return { name: 'k6', run: (options) => runK6(binary, options) };
}

async function runK6(binary: string, options: LoadOptions): Promise<LoadSummary> {
  requireBinary(binary);
  const folder = await mkdtemp(join(tmpdir(), 'lab-k6-'));
  try {
    await writeFile(join(folder, CONFIG), '{}');
    return await new K6Run(options, folder).run(binary);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function requireBinary(binary: string): void {
  const { status, error } = spawnSync(binary, ['version'], { env: environment(), stdio: 'ignore' });
  if (status === 0) return;
  throw new LabError(
    `k6 cannot be used: ${JSON.stringify(binary)} ${error ? `cannot be run (${error.message})` : `ended with ${status}`}`,
    'environment',
    'Install it from https://grafana.com/docs/k6/latest/set-up/install-k6/ and put it on the PATH, ' +
      'or use the embedded load generator, which needs no installation.',
  );
}

class K6Run {
  private readonly startMs = performance.now();
  private readonly windows = new Windows(Date.now());
  private readonly definitions: Definitions = new Map();
  private readonly lastLines = new LastLines();
  private forbiddenUrl?: string;
  private abortedByThreshold = false;
  /** CPU time of k6 up to the last report, ms, and the share of a core that followed from it. */
  private cpuMs = 0;
  private cpu = 0;
  private readonly summaryPath: string;

  constructor(
    private readonly options: LoadOptions,
    private readonly folder: string,
  ) {
    this.summaryPath = join(folder, 'summary.json');
  }

  async run(binary: string): Promise<LoadSummary> {
    const child = spawn(binary, await this.args(), { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    const interrupt = () => void child.kill('SIGINT');
    const killWithLab = () => void child.kill('SIGKILL');
    const timer = setInterval(() => this.report(child), REPORT_EVERY_MS);
    process.once('exit', killWithLab);
    if (this.options.signal?.aborted) interrupt();
    this.options.signal?.addEventListener('abort', interrupt, { once: true });
    try {
      const code = await this.untilClosed(child);
      this.emit(this.windows.last);
      return await this.summary(code);
    } finally {
      clearInterval(timer);
      process.off('exit', killWithLab);
      this.options.signal?.removeEventListener('abort', interrupt);
    }
  }

  private async args(): Promise<string[]> {
    const { script, env, allowedHosts } = this.options;
    const networks = allowedHosts ? await forbiddenNetworks(allowedHosts) : [];
    return [
      'run',
      ...['--quiet', '--no-color', '--no-usage-report', '--address', ''],
      // Neither the user's settings nor the user's environment may change the load.
      ...['--config', join(this.folder, CONFIG), '--include-system-env-vars=false'],
      ...['--log-format', 'raw', '--out', 'json', '--summary-export', this.summaryPath],
      ...networks.flatMap((network) => ['--blacklist-ip', network]),
      ...Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]),
      script,
    ];
  }

  private untilClosed(child: ChildProcess): Promise<number | string> {
    new LastLines().read(child.stdout!, (line) => this.onOutput(line, child));
    this.lastLines.read(child.stderr!, (line) => {
      if (saysAborted(line)) this.abortedByThreshold = true;
      this.log(line);
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? signal!));
    });
  }

  private onOutput(line: string, child: ChildProcess): void {
    const sample = parseSample(line);
    if (sample === 'skip') return;
    if (!sample) this.log(line);
    else if (sample.kind === 'definition') this.definitions.set(sample.name, sample);
    else {
      this.windows.add(sample, this.t());
      if (isForbiddenHost(sample.tags)) this.forbid(sample.tags.url ?? '', child);
    }
  }

  private forbid(url: string, child: ChildProcess): void {
    if (this.forbiddenUrl !== undefined) return;
    this.forbiddenUrl = url;
    child.kill('SIGINT');
  }

  private async summary(code: number | string): Promise<LoadSummary> {
    if (this.forbiddenUrl !== undefined) throw forbidden(this.forbiddenUrl, this.options.allowedHosts ?? []);
    const exported = await this.exported();
    const iterations = exported.metrics.iterations?.count ?? 0;
    if (!hasSummary(code, iterations)) throw k6Failed(code, this.lastLines.text);
    const aborted = isAborted(code) || this.abortedByThreshold;
    return summaryFrom(exported, this.definitions, { aborted, wallMs: this.t() });
  }

  /** k6 writes no summary when it is interrupted before it has started. */
  private async exported(): Promise<ExportedSummary> {
    if (!existsSync(this.summaryPath)) return EMPTY_SUMMARY;
    return JSON.parse(await readFile(this.summaryPath, 'utf8'));
  }

  private report(child: ChildProcess): void {
    const cpuMs = cpuTimeMs(child.pid!);
    this.cpu = Math.max(0, cpuMs - this.cpuMs) / REPORT_EVERY_MS;
    this.cpuMs = cpuMs;
    this.emit(Math.floor((this.t() - WINDOW_DELAY_MS) / REPORT_EVERY_MS));
  }

  private emit(window: number): void {
    for (const event of this.windows.close(window, this.t(), this.cpu)) this.options.emit(event);
  }

  private log(line: string): void {
    if (line.trim() === '') return;
    this.options.emit({ type: 'log', t: this.t(), source: 'load', line });
  }

  private t(): number {
    return Math.round(performance.now() - this.startMs);
  }
}
