import type { ScenarioOf } from '../options/scenarios';
import type { ActiveVU, ScenarioRun } from './scenario-run';

/** Iterates with every VU until `more` says no or the scenario stops; closed-model executors share it. */
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

/** A fixed number of VUs that iterate for a fixed time. */
export async function constantVUs(run: ScenarioRun<ScenarioOf<'constant-vus'>>): Promise<void> {
  const { vus, duration, gracefulStop } = run.scenario;
  run.endAfter(duration, gracefulStop);
  await loopAll(run, vus, (vu) => loop(run, vu, () => true));
}

/** A number of iterations that the VUs take from a common heap. */
export async function sharedIterations(run: ScenarioRun<ScenarioOf<'shared-iterations'>>): Promise<void> {
  const { vus, iterations, maxDuration, gracefulStop } = run.scenario;
  run.endAfter(maxDuration, gracefulStop);
  await loopAll(run, vus, (vu) => loop(run, vu, () => run.counters.started < iterations));
  if (run.counters.started < iterations) run.drop(iterations - run.counters.started);
}

/** A number of iterations for each VU. */
export async function perVUIterations(run: ScenarioRun<ScenarioOf<'per-vu-iterations'>>): Promise<void> {
  const { vus, iterations, maxDuration, gracefulStop } = run.scenario;
  run.endAfter(maxDuration, gracefulStop);
  await loopAll(run, vus, async (vu) => {
    let left = iterations;
    await loop(run, vu, () => left-- > 0);
    if (left > 0) run.drop(left);
  });
}
