import { type Scenario, durationOf } from '../options/scenarios';
import { peakVUs } from '../schedule/plan';
import { gracefulSteps, type VUStep } from '../schedule/vu-steps';
import { execute } from './executors';
import { type IterationCounters, type Environment, ScenarioRun } from './scenario-run';

const NO_ITERATIONS: IterationCounters = {
  scheduled: 0,
  started: 0,
  completed: 0,
  interrupted: 0,
  dropped: 0,
  active: 0,
};

/** Number of VUs to create before the start, so that creating them does not disturb the load. */
export function plannedVUs(scenarios: Scenario[]): number {
  return peakVUs(scenarios.map((scenario) => ({ startMs: scenario.startTime, steps: stepsOf(scenario) })));
}

function stepsOf(scenario: Scenario): VUStep[] {
  if (scenario.executor === 'ramping-vus') {
    const { gracefulRampDown: gracefulRampDownMs, gracefulStop: gracefulStopMs } = scenario;
    return gracefulSteps({ ...scenario, gracefulRampDownMs, gracefulStopMs });
  }
  const vus = 'preAllocatedVUs' in scenario ? scenario.preAllocatedVUs : scenario.vus;
  const endMs = durationOf(scenario) + scenario.gracefulStop;
  return [
    { atMs: 0, vus },
    { atMs: endMs, vus: 0 },
  ];
}

/** Runs all scenarios of a test, each from its startTime on. */
export class Execution {
  private readonly runs = new Map<string, ScenarioRun>();
  private readonly cancelStarts = new Set<() => void>();
  private aborted = false;

  constructor(
    private readonly scenarios: Scenario[],
    private readonly env: Environment,
  ) {}

  /** Resolves when every scenario has ended. */
  async run(): Promise<void> {
    await Promise.all(this.scenarios.map((scenario) => this.runScenario(scenario)));
  }

  /** Interrupts all iterations and starts no more. `run` then resolves. */
  abort(): void {
    this.aborted = true;
    for (const cancel of this.cancelStarts) cancel();
    for (const run of this.runs.values()) run.abort();
  }

  /** The counters by scenario, in the order of the options. */
  counters(): [string, IterationCounters][] {
    return this.scenarios.map(({ name }) => [name, this.runs.get(name)?.counters ?? NO_ITERATIONS]);
  }

  /** Number of VUs in use: those that loop and, in open models, those that run an iteration (k6's `vus`). */
  get activeVUs(): number {
    return this.counters().reduce((sum, [, counters]) => sum + counters.active, 0);
  }

  private async runScenario(scenario: Scenario): Promise<void> {
    await this.startTime(scenario.startTime);
    if (this.aborted) return;
    const run = new ScenarioRun(scenario, this.env);
    this.runs.set(scenario.name, run);
    await execute(run);
  }

  private startTime(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const start = () => {
        cancel();
        this.cancelStarts.delete(start);
        resolve();
      };
      const cancel = this.env.clock.at(this.env.clock.now() + ms, start);
      this.cancelStarts.add(start);
    });
  }
}
