import type { ExecutorName, Scenario } from '../options/scenarios';
import { constantArrivalRate, rampingArrivalRate } from './arrival-rate';
import { constantVUs, perVUIterations, sharedIterations } from './looping';
import { rampingVUs } from './ramping-vus';
import type { ScenarioRun } from './scenario-run';

const EXECUTORS: {
  [E in ExecutorName]: (run: ScenarioRun<Extract<Scenario, { executor: E }>>) => Promise<void>;
} = {
  'shared-iterations': sharedIterations,
  'per-vu-iterations': perVUIterations,
  'constant-vus': constantVUs,
  'ramping-vus': rampingVUs,
  'constant-arrival-rate': constantArrivalRate,
  'ramping-arrival-rate': rampingArrivalRate,
};

/** Runs a scenario to its end, interrupted or not. Afterwards, all its VUs have been given back. */
export async function execute(run: ScenarioRun): Promise<void> {
  // Each entry takes the run of its own executor, which the compiler cannot infer from the lookup.
  const executor = EXECUTORS[run.scenario.executor] as (run: ScenarioRun) => Promise<void>;
  try {
    await executor(run);
  } finally {
    run.finish();
  }
}
