import type { LoadEvent, RequestsEvent } from '../../model/events';
import { RequestAggregator } from '../requests';
import { nameOf, outcomeOf, type K6Sample } from './samples';

const WINDOW_MS = 1000;

type K6Point = Extract<K6Sample, { kind: 'point' }>;

/** Sorts k6's samples into one-second windows by their own time stamps, because k6 writes them in bursts. */
export class Windows {
  private readonly pending = new Map<number, K6Point[]>();
  private readonly requests = new RequestAggregator();
  private readonly scenarios = new Map<string, { completed: number; dropped: number }>();
  private closed = 0;
  /** VUs by generator: a divided load has several generators. */
  private readonly vus = new Map<string, number>();

  constructor(private readonly originEpochMs: number) {}

  /**
   * Adds a point. If its window is already closed, it counts in the next one. If its time stamp is in the
   * future, because a clock was set ahead, it counts in the window of `now` (ms since the origin).
   */
  add(point: K6Point, now: number): void {
    const endedAt = Math.min(point.epochMs - this.originEpochMs, now);
    const window = Math.max(Math.ceil(endedAt / WINDOW_MS), this.closed + 1);
    const points = this.pending.get(window);
    if (points) points.push(point);
    else this.pending.set(window, [point]);
  }

  /** Number of the last window that contains points. */
  get last(): number {
    return Math.max(this.closed, ...this.pending.keys());
  }

  /** The events of all windows up to `window`, none later than `now`. Each window is closed once. */
  *close(window: number, now: number, generatorCpu: number): Iterable<RequestsEvent | LoadEvent> {
    while (this.closed < window) {
      this.closed += 1;
      for (const point of this.pending.get(this.closed) ?? []) this.count(point);
      this.pending.delete(this.closed);
      const t = Math.min(now, this.closed * WINDOW_MS);
      yield* this.requests.take(t);
      yield* this.loads(t, generatorCpu);
    }
  }

  private count({ metric, value, tags }: K6Point): void {
    const scenario = tags.scenario ?? '';
    if (metric === 'vus') this.vus.set(tags.instance_id ?? '', value);
    else if (metric === 'http_req_duration') {
      const status = Number(tags.status);
      this.requests.add({
        scenario,
        name: nameOf(tags),
        outcome: outcomeOf(tags, value),
        status,
        durationMs: value,
      });
    } else this.scenario(scenario)[metric === 'iterations' ? 'completed' : 'dropped'] += value;
  }

  private scenario(name: string): { completed: number; dropped: number } {
    let counters = this.scenarios.get(name);
    if (!counters) this.scenarios.set(name, (counters = { completed: 0, dropped: 0 }));
    return counters;
  }

  /**
   * k6 reports an iteration when it has ended, so `started` lags behind by the running ones. k6 counts VUs
   * only for the whole test, so with several scenarios `activeVUs` is 0 for each.
   */
  private *loads(t: number, generatorCpu: number): Iterable<LoadEvent> {
    const vus = [...this.vus.values()].reduce((sum, count) => sum + count, 0);
    const activeVUs = this.scenarios.size === 1 ? vus : 0;
    for (const [scenario, { completed, dropped }] of this.scenarios) {
      const scheduled = completed + dropped;
      const counts = { scheduled, started: completed, completed, dropped };
      yield { type: 'load', t, scenario, ...counts, activeVUs, generatorCpu, generatorDelayMs: 0 };
    }
  }
}
