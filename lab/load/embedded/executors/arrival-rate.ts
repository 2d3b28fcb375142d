import type { ScenarioOf } from '../options/scenarios';
import { type ArrivalSchedule, constantArrivals, rampingArrivals } from '../schedule/arrivals';
import { totalMs } from '../schedule/stages';
import { Fifo } from './fifo';
import type { ActiveVU, ScenarioRun } from './scenario-run';

type ArrivalScenario = ScenarioOf<'constant-arrival-rate'> | ScenarioOf<'ramping-arrival-rate'>;

/** Starts iterations at a constant rate, whether or not earlier ones have ended. */
export async function constantArrivalRate(
  run: ScenarioRun<ScenarioOf<'constant-arrival-rate'>>,
): Promise<void> {
  const { rate, timeUnit, duration, gracefulStop } = run.scenario;
  run.endAfter(duration, gracefulStop);
  await new OpenModel(run, constantArrivals(rate, timeUnit, duration)).drive();
  await run.until(duration);
}

/** Starts iterations at a ramping rate. Ends when the iterations that were started have ended. */
export async function rampingArrivalRate(
  run: ScenarioRun<ScenarioOf<'ramping-arrival-rate'>>,
): Promise<void> {
  const { startRate, timeUnit, stages, gracefulStop } = run.scenario;
  run.endAfter(totalMs(stages), gracefulStop);
  await new OpenModel(run, rampingArrivals(startRate, timeUnit, stages)).drive();
}

/**
 * Starts iterations by a schedule. If no VU is free, the iteration is dropped, and another VU is created for
 * the next ones: one at a time, up to maxVUs.
 */
class OpenModel {
  private readonly idle = new Fifo<ActiveVU>();
  private readonly running = new Set<Promise<void>>();
  private vusLeft: number;
  private makingVU = false;
  private next = 0;

  constructor(
    private readonly run: ScenarioRun<ArrivalScenario>,
    private readonly schedule: ArrivalSchedule,
  ) {
    const { preAllocatedVUs, maxVUs = preAllocatedVUs } = run.scenario;
    this.vusLeft = maxVUs - preAllocatedVUs;
    for (let i = 0; i < preAllocatedVUs; i++) this.idle.push(run.activate());
  }

  /** Resolves when every iteration has been started or dropped, and all started ones have ended. */
  async drive(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.run.onInterrupt(resolve);
      this.startDue(resolve);
    });
    await Promise.all(this.running);
  }

  /** Starts all due iterations. After a delay, several start at once, so the number of starts stays exact. */
  private startDue(resolve: () => void): void {
    const { run, schedule } = this;
    for (; this.next < schedule.count; this.next++) {
      const dueMs = schedule.startOf(this.next);
      if (dueMs > run.elapsedMs) return run.at(dueMs, () => this.startDue(resolve));
      if (run.interrupted) break;
      this.start(dueMs);
    }
    resolve();
  }

  private start(dueMs: number): void {
    this.run.counters.scheduled += 1;
    const vu = this.idle.shift();
    if (!vu) {
      this.run.drop();
      this.makeVU();
      return;
    }
    this.run.counters.active += 1;
    const iteration = vu.iterate(dueMs).then(() => {
      this.run.counters.active -= 1;
      this.idle.push(vu);
      this.running.delete(iteration);
    });
    this.running.add(iteration);
  }

  private makeVU(): void {
    if (this.vusLeft === 0 || this.makingVU) return;
    this.makingVU = true;
    this.vusLeft -= 1;
    void this.run.env.clock.turn().then(() => {
      this.makingVU = false;
      if (!this.run.stopped) this.idle.push(this.run.activate());
    });
  }
}
