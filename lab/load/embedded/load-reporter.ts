import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { LoadEvent, RequestsEvent } from '../../telemetry/events';
import type { Counters } from '../executors/scenario-run';
import { RequestAggregator } from '../metrics/requests';
import type { RequestDone } from '../vu';

const RESOLUTION_MS = 10;

/** Turns what happened in the last second into events, with what the generator itself cost. */
export class LoadReporter {
  readonly #requests = new RequestAggregator();
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #cpu = process.cpuUsage();
  #lastT: number;

  constructor(startT: number) {
    this.#lastT = startT;
    this.#delay.enable();
  }

  add(request: RequestDone): void {
    this.#requests.add(request, request.startDelayMs);
  }

  /** `t` is milliseconds since the load's start. */
  take(t: number, scenarios: [string, Counters][]): (RequestsEvent | LoadEvent)[] {
    const cost = { generatorCpu: this.#takeCpu(t), generatorDelayMs: this.#takeDelay() };
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
    return [...this.#requests.take(t), ...loads];
  }

  close(): void {
    this.#delay.disable();
  }

  #takeCpu(t: number): number {
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#cpu = process.cpuUsage();
    const elapsedMs = Math.max(1, t - this.#lastT);
    this.#lastT = t;
    return (user + system) / 1000 / elapsedMs;
  }

  /** The monitor measures the distance between two of its own ticks, so its period is no delay. */
  #takeDelay(): number {
    const { max } = this.#delay;
    this.#delay.reset();
    return Math.max(0, max / 1e6 - RESOLUTION_MS);
  }
}
