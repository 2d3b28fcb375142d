import { ApiError, createOwn, type KubeApi, refusal } from '../../engine/kubernetes';
import { LabError } from '../../model/errors';
import type { LoadOptions, LoadRunner, LoadSummary } from '../../model/load-runner';
import { sleep } from '../../support/sleep';
import { forbiddenNetworks } from '../k6/allowed-addresses';
import { forbidden } from '../k6/exits';
import type { Totals } from './collected';
import { Generators } from './generators';
import type { LoadPods } from './load-pods';
import { generatorObject, type LoadPlan, supportObjects } from './objects';
import { scriptFiles } from './script-files';
import { mergeSummaries, splitLog, summaryOf } from './summary';

const POLL_MS = 1000;
/**
 * Longest time without any sample while k6 runs, ms. It sends one every second, and may end with a
 * handleSummary of two minutes.
 */
const SILENT_MS = 150_000;
/** Longest time in which k6 ends after it was asked to, ms. */
const STOP_MS = 60_000;

export interface InClusterOptions {
  api: KubeApi;
  namespace: string;
  /** Labels for every created object. The engine finds the objects to remove by them. */
  labels: Record<string, string>;
  /** Number of load generators that share the load. More than one needs the k6 operator. Default: 1. */
  parallelism?: number;
  pods: LoadPods;
  /** Longest time without samples, and longest time to stop, ms. */
  patience?: { silentMs: number; stopMs: number };
}

/** Runs scripts with k6 inside the cluster. Its objects are removed together with the system under load. */
export function inClusterRunner(options: InClusterOptions): LoadRunner {
  let load: InClusterLoad | undefined;
  return {
    name: 'k6',
    async prepare(given) {
      load = new InClusterLoad(options, given);
      await load.prepare();
    },
    async run(given) {
      if (!load) await this.prepare!(given);
      return load!.run(given);
    },
  };
}

class InClusterLoad {
  private readonly generators: Generators;
  private readonly parallelism: number;

  constructor(
    private readonly options: InClusterOptions,
    private readonly given: LoadOptions,
  ) {
    const { api, namespace, labels, parallelism = 1 } = options;
    this.parallelism = parallelism;
    this.generators = new Generators(api, namespace, labels, parallelism);
  }

  /**
   * Resolves when the generators have read the script and wait. The k6 operator starts a divided load itself.
   */
  async prepare(): Promise<void> {
    const plan = await this.plan();
    await this.generators.forgetWarnings();
    for (const object of supportObjects(plan)) await this.create(object);
    const collector = await this.generators.collectorReady(this.given.signal);
    await this.create(generatorObject(plan, collector));
    await this.generators.ready(this.given.signal);
    if (await this.generators.ended()) return;
    await this.generators.tell(this.parallelism === 1 ? 'await' : 'started');
  }

  async run({ emit, signal }: LoadOptions): Promise<LoadSummary> {
    let seen = 0;
    const follow = async (whole: boolean): Promise<Totals> => {
      const { events, last, totals, forbiddenUrl } = await this.generators.events(seen, whole);
      seen = last;
      events.forEach(emit);
      if (forbiddenUrl !== undefined) throw forbidden(forbiddenUrl, this.given.allowedHosts ?? []);
      return totals;
    };
    if (this.parallelism === 1 && !(await this.generators.ended())) await this.generators.tell('start');
    const { silentMs, stopMs } = this.options.patience ?? { silentMs: SILENT_MS, stopMs: STOP_MS };
    let stopped = false;
    let samples = 0;
    let deadline = performance.now() + silentMs;
    let ended = await this.generators.ended();
    while (!ended) {
      if (signal?.aborted && !stopped) {
        stopped = true;
        await this.generators.tell('stop');
        deadline = performance.now() + stopMs;
      }
      await sleep(POLL_MS, stopped ? undefined : signal);
      const { points } = await follow(false);
      if (points > samples && !stopped) deadline = performance.now() + silentMs;
      samples = points;
      ended = await this.generators.ended();
      if (!ended && performance.now() > deadline) {
        throw await this.generators.endless(
          stopped
            ? `was asked to stop ${stopMs / 1000} s ago`
            : `has sent no sample for ${silentMs / 1000} s`,
        );
      }
    }
    const totals = await follow(true);
    const summary = mergeSummaries(ended.map(summaryOf));
    for (const { log } of ended) {
      const t = Math.round(summary.durationMs);
      for (const line of splitLog(log).lines) emit({ type: 'log', t, source: 'load', line });
    }
    return withLosses(summary, totals);
  }

  private async plan(): Promise<LoadPlan> {
    const { script, env, allowedHosts = [] } = this.given;
    const { namespace, labels, pods } = this.options;
    const addresses = await Promise.all(allowedHosts.map((host) => this.clusterIp(host)));
    return {
      namespace,
      labels,
      script: await scriptFiles(script),
      env,
      forbidden: allowedHosts.length > 0 ? await forbiddenNetworks(addresses) : [],
      parallelism: this.parallelism,
      pods,
    };
  }

  /** The IP address of a Service, because its name can be resolved only inside the cluster. */
  private async clusterIp(host: string): Promise<string> {
    const [service, namespace] = host.split('.');
    const path = `/api/v1/namespaces/${namespace}/services/${service}`;
    const found = await this.options.api.get<{ spec: { clusterIP: string } }>(path);
    if (found) return found.spec.clusterIP;
    throw new LabError(`There is no Service ${host}.`, 'environment', 'The load needs it as its target.');
  }

  private async create(object: Parameters<KubeApi['create']>[0]): Promise<void> {
    await createOwn(this.options.api, object).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      const what = `The cluster refuses the load's ${object.kind} ${object.metadata.name}`;
      if (object.kind !== 'TestRun' || error.status !== 404) throw refusal(what, error);
      throw new LabError(
        `${what}: ${error.message}`,
        'environment',
        '--parallelism above 1 needs the k6 operator. Install it, or leave out --parallelism.',
      );
    });
  }
}

/** Adds a `problem` to the summary when not every request that k6 counted has arrived. */
function withLosses(summary: LoadSummary, { requests, unreadable }: Totals): LoadSummary {
  const lost = summary.requests - requests;
  if (lost === 0 && unreadable === 0) return summary;
  const problem = `${requests} of ${summary.requests} requests were reported by the generators${unreadable > 0 ? `, and ${unreadable} lines could not be read` : ''}`;
  return { ...summary, problem };
}
