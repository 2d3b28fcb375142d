import type { ScenarioOf } from '../options/scenarios';
import type { ActiveVU, ScenarioRun } from './scenario-run';

/**
 * Iterates with one VU until `more` returns false or the scenario stops. Used by all closed-model executors.
 */
export async function loop(run: ScenarioRun, vu: ActiveVU, more: () => boolean): Promise<void> {
  const { counters, env } = run;
  counters.active += 1;
  while (!run.stopped && !vu.interrupted && more()) {
    counters.scheduled += 1;
    await vu.iterate();
    await env.clock.turn();
  }
  counters.active -= 1;
}

async function loopAll(run: ScenarioRun, vus: number, body: (vu: ActiveVU) => Promise<void>): Promise<void> {
  const active = Array.from({ length: vus }, () => run.activate());
  await Promise.all(active.map((vu) => body(vu).finally(() => vu.release())));
}

/** Runs a fixed number of VUs that iterate for a fixed time. */
export async function constantVUs(run: ScenarioRun<ScenarioOf<'constant-vus'>>): Promise<void> {
  const { vus, duration, gracefulStop } = run.scenario;
  run.endAfter(duration, gracefulStop);
  await loopAll(run, vus, (vu) => loop(run, vu, () => true));
}

/** Runs a number of iterations that the VUs share. */
export async function sharedIterations(run: ScenarioRun<ScenarioOf<'shared-iterations'>>): Promise<void> {
  const { vus, iterations, maxDuration, gracefulStop } = run.scenario;
  run.endAfter(maxDuration, gracefulStop);
  await loopAll(run, vus, (vu) => loop(run, vu, () => run.counters.started < iterations));
  run.dropRest(iterations - run.counters.started);
}

/** Runs a number of iterations with each VU. */
export async function perVUIterations(run: ScenarioRun<ScenarioOf<'per-vu-iterations'>>): Promise<void> {
  const { vus, iterations, maxDuration, gracefulStop } = run.scenario;
  run.endAfter(maxDuration, gracefulStop);
  await loopAll(run, vus, async (vu) => {
    let left = iterations;
    await loop(run, vu, () => left-- > 0);
    run.dropRest(left);
  });
}
