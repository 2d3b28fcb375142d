import type { ScenarioOf } from '../options/scenarios';
import { gracefulSteps, rawSteps, type VUStep } from '../schedule/vu-steps';
import { loop } from './looping';
import type { ActiveVU, ScenarioRun } from './scenario-run';

/** One VU of a ramp. It iterates while it is wanted, and finishes its iteration when it no longer is. */
class Handle {
  private wanted = false;
  private active?: ActiveVU;

  constructor(
    private readonly run: ScenarioRun,
    private readonly loops: Set<Promise<void>>,
  ) {}

  start(): void {
    this.wanted = true;
    if (this.active) return; // still in the iteration in which it was asked to stop, so it continues
    const active = this.run.activate();
    this.active = active;
    const done = this.iterate(active).then(() => void this.loops.delete(done));
    this.loops.add(done);
  }

  stop(): void {
    this.wanted = false;
  }

  interrupt(): void {
    this.wanted = false;
    this.active?.interrupt();
    this.active = undefined;
  }

  private async iterate(active: ActiveVU): Promise<void> {
    await loop(this.run, active, () => this.wanted);
    if (this.active === active) this.active = undefined;
    active.release();
  }
}

/** Runs a number of looping VUs that follows a ramp. */
export async function rampingVUs(run: ScenarioRun<ScenarioOf<'ramping-vus'>>): Promise<void> {
  const {
    startVUs,
    stages,
    gracefulRampDown: gracefulRampDownMs,
    gracefulStop: gracefulStopMs,
  } = run.scenario;
  const ramp = { startVUs, stages, gracefulRampDownMs, gracefulStopMs };
  const loops = new Set<Promise<void>>();
  const handles: Handle[] = [];
  const handle = (index: number) => (handles[index] ??= new Handle(run, loops));

  const raw = rawSteps(ramp);
  const allowed = gracefulSteps(ramp);
  const looping = applier(
    (index) => handle(index).start(),
    (index) => handle(index).stop(),
  );
  const allowing = applier(
    () => undefined,
    (index) => handle(index).interrupt(),
  );
  const steps = [
    ...raw.map((step) => ({ ...step, apply: looping })),
    ...allowed.map((step) => ({ ...step, apply: allowing })),
  ].sort((a, b) => a.atMs - b.atMs); // stable: at one time, VUs start and stop before others are interrupted

  const endMs = raw.at(-1)!.atMs;
  run.endAfter(endMs, allowed.at(-1)!.atMs - endMs);
  inOrder(run, steps);
  await run.until(endMs);
  await Promise.all(loops);
}

/** Turns a new number of VUs into a call for each VU that is added or removed. */
function applier(add: (index: number) => void, remove: (index: number) => void): (vus: number) => void {
  let current = 0;
  return (vus) => {
    while (current < vus) add(current++);
    while (current > vus) remove(--current);
  };
}

/** Applies the steps at their times. */
function inOrder(run: ScenarioRun, steps: (VUStep & { apply(vus: number): void })[], index = 0): void {
  const step = steps[index];
  if (!step || run.interrupted) return;
  run.at(step.atMs, () => {
    step.apply(step.vus);
    inOrder(run, steps, index + 1);
  });
}
