import type { LoadEvent, RequestsEvent } from '../../model/events';
import { isForbiddenHost } from '../k6/samples';
import { Windows } from '../k6/windows';
import { parseLine } from './line-protocol';

/** A window is closed this long after its end, because k6 sends its samples once a second. */
const WINDOW_DELAY_MS = 2500;
const WINDOW_MS = 1000;
const COUNTED = ['http_req_duration', 'iterations', 'dropped_iterations', 'vus'];

/** Totals of the received samples, to compare with k6's own summary. */
export interface Totals {
  requests: number;
  iterations: number;
  unreadable: number;
  /** Samples of any kind. Their number grows as long as k6 runs. */
  points: number;
}

/** What the lab reads from the collector. */
export interface Batch {
  events: (RequestsEvent | LoadEvent)[];
  /** Number of the last event. The next query continues after it. */
  last: number;
  totals: Totals;
  /** The URL of a request that the load was not allowed to send. */
  forbiddenUrl?: string;
}

/** Combines the samples of all load generators of a run into events of one second each. */
export class Collected {
  private readonly events: (RequestsEvent | LoadEvent)[] = [];
  private readonly totals: Totals = { requests: 0, iterations: 0, unreadable: 0, points: 0 };
  private windows?: Windows;
  private begunMs = 0;
  private forbiddenUrl?: string;

  /** @param nowMs a monotonic clock. The generators' samples use the wall clock instead. */
  constructor(
    private readonly epochMs: () => number = Date.now,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Marks the start of the load. `t` of the events is milliseconds since the first call. */
  begin(): void {
    if (this.windows) return;
    this.begunMs = this.nowMs();
    this.windows = new Windows(this.epochMs());
  }

  /**
   * Adds lines of the line protocol, from any generator. Ignores those before `begin`, when generators are
   * idle.
   */
  add(body: string): void {
    if (!this.windows) return;
    const now = this.sinceBegun();
    for (const line of body.split('\n')) {
      const point = parseLine(line);
      if (!point) {
        this.totals.unreadable += line === '' ? 0 : 1;
        continue;
      }
      this.totals.points += 1;
      if (point.metric === 'http_req_duration') this.totals.requests += 1;
      if (point.metric === 'iterations') this.totals.iterations += point.value;
      if (isForbiddenHost(point.tags)) this.forbiddenUrl ??= point.tags.url ?? '';
      if (COUNTED.includes(point.metric)) this.windows.add(point, now);
    }
  }

  /** The events after number `after`. Use `whole` to close all windows when no more samples will come. */
  after(after: number, whole: boolean): Batch {
    const now = this.sinceBegun();
    const due = whole ? this.windows?.last : Math.floor((now - WINDOW_DELAY_MS) / WINDOW_MS);
    // The CPU use of a generator in a pod is unknown here: the kubelet measures it.
    if (this.windows && due !== undefined) this.events.push(...this.windows.close(due, now, 0));
    return {
      events: this.events.slice(after),
      last: this.events.length,
      totals: this.totals,
      ...(this.forbiddenUrl !== undefined && { forbiddenUrl: this.forbiddenUrl }),
    };
  }

  private sinceBegun(): number {
    return Math.round(this.nowMs() - this.begunMs);
  }
}
