import { Execution, plannedVUs } from '../../../lab/load/embedded/executors/execution';
import type { IterationCounters } from '../../../lab/load/embedded/executors/scenario-run';
import { VUPool } from '../../../lab/load/embedded/executors/vu-pool';
import { MetricRegistry } from '../../../lab/load/embedded/metrics/registry';
import { parseOptions } from '../../../lab/load/embedded/options/options';
import { type IterationContext, IterationInterrupted, type VU } from '../../../lab/load/embedded/vu';
import { VirtualClock } from '../../support/virtual-clock';

export interface Iteration {
  vu: number;
  scenario: string;
  startedAt: number;
  endedAt: number;
  interrupted: boolean;
  context: IterationContext;
}

export interface Outcome {
  iterations: Iteration[];
  counters: Record<string, IterationCounters>;
  registry: MetricRegistry;
  endedAt: number;
  pool: VUPool;
  logs: string[];
  failure?: unknown;
}

interface Setup {
  options: Record<string, unknown>;
  /** The duration of an iteration in ms, or a custom body. */
  iteration: number | ((n: number, context: IterationContext) => number | Error);
  abortAt?: number;
}

/** Runs the scenarios in virtual time, with VUs whose iterations only wait. */
export async function run({ options: raw, iteration, abortAt }: Setup): Promise<Outcome> {
  const clock = new VirtualClock();
  const registry = new MetricRegistry();
  const options = parseOptions(raw, ['default']);
  const iterations: Iteration[] = [];
  const body = typeof iteration === 'number' ? () => iteration : iteration;

  const createVU = (id: number): VU => ({
    id,
    tags: {},
    close: async () => undefined,
    iterate(context) {
      const { scenario, signal } = context;
      Object.assign(this.tags, context.tags, { scenario });
      const startedAt = clock.now();
      const record = {
        vu: id,
        scenario,
        startedAt,
        endedAt: NaN,
        interrupted: false,
        context: { ...context },
      };
      iterations.push(record);
      const result = body(iterations.length - 1, context);
      return new Promise((resolve, reject) => {
        const end = (interrupted: boolean, error?: Error) => {
          Object.assign(record, { endedAt: clock.now(), interrupted });
          if (error) reject(error);
          else resolve();
        };
        if (result instanceof Error) return end(false, result);
        const cancel = clock.at(startedAt + result, () => end(false));
        signal.addEventListener('abort', () => {
          cancel();
          if (Number.isNaN(record.endedAt)) end(true, new IterationInterrupted());
        });
      });
    },
  });

  const pool = new VUPool(createVU);
  pool.prepare(plannedVUs(options.scenarios));
  const outcome: Outcome = { iterations, counters: {}, registry, endedAt: NaN, pool, logs: [] };
  const execution = new Execution(options.scenarios, {
    clock,
    pool,
    metrics: {
      iterations: registry.metric('iterations', 'counter', 'default'),
      iterationDuration: registry.metric('iteration_duration', 'trend', 'time'),
      dropped: registry.metric('dropped_iterations', 'counter', 'default'),
    },
    tags: options.tags,
    tagsScenario: true,
    minIterationDurationMs: options.minIterationDuration,
    setupData: undefined,
    epochMs: () => 1_700_000_000_000 + clock.now(),
    log: (line) => outcome.logs.push(line),
    fail: (error) => {
      outcome.failure ??= error;
      execution.abort();
    },
  });
  const done = execution.run().then(() => (outcome.endedAt = clock.now()));
  if (abortAt !== undefined) clock.at(abortAt, () => execution.abort());
  await clock.runAll();
  await done;
  outcome.counters = Object.fromEntries(execution.counters());
  return outcome;
}

/** Options with one scenario, named main. */
export function main(scenario: Record<string, unknown>): { scenarios: Record<string, unknown> } {
  return { scenarios: { main: scenario } };
}

export function metricCount(outcome: Outcome, name: string): number {
  return outcome.registry.series(name, name)!.sink.values(1000, []).count!;
}

/** The number of iterations running at the moment `ms`. */
export function runningAt(outcome: Outcome, ms: number): number {
  return outcome.iterations.filter((i) => i.startedAt <= ms && i.endedAt > ms).length;
}
