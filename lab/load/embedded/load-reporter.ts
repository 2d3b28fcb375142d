import type { LoadEvent, RequestsEvent } from '../../model/events';
import { TimerDelay } from '../../support/timer-delay';
import { RequestAggregator, type RequestDone } from '../requests';
import type { IterationCounters } from './executors/scenario-run';

const DELAY_PERIOD_MS = 10;

/** Turns the requests of the last second into events, with the cost of the generator itself. */
export class LoadReporter {
  private readonly requests = new RequestAggregator();
  private readonly delay = new TimerDelay(DELAY_PERIOD_MS);
  private cpu = process.cpuUsage();
  private lastT: number;

  constructor(startT: number) {
    this.lastT = startT;
  }

  /** From now on, the CPU and delays of the generator count for the load. */
  begin(t: number): void {
    this.cpu = process.cpuUsage();
    this.lastT = t;
    this.delay.take();
  }

  add(request: RequestDone): void {
    this.requests.add(request, request.startDelayMs);
  }

  /** @param t milliseconds since the start of the load */
  take(t: number, scenarios: [string, IterationCounters][]): (RequestsEvent | LoadEvent)[] {
    const cost = { generatorCpu: this.takeCpu(t), generatorDelayMs: this.delay.take() };
    const loads = scenarios.map(
      ([scenario, { scheduled, started, completed, dropped, active }]): LoadEvent => ({
        type: 'load',
        t,
        scenario,
        scheduled,
        started,
        completed,
        dropped,
        activeVUs: active,
        ...cost,
      }),
    );
    return [...this.requests.take(t), ...loads];
  }

  close(): void {
    this.delay.close();
  }

  private takeCpu(t: number): number {
    const { user, system } = process.cpuUsage(this.cpu);
    this.cpu = process.cpuUsage();
    const elapsedMs = Math.max(1, t - this.lastT);
    this.lastT = t;
    return (user + system) / 1000 / elapsedMs;
  }
}
