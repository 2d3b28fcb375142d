import type { LoadEvent, RequestsEvent } from '../../model/events';
import { isForbiddenHost } from '../k6/samples';
import { Windows } from '../k6/windows';
import { parseLine } from './line-protocol';

/** k6 sends its samples once a second; a window is closed this long after its end. */
const WINDOW_DELAY_MS = 2500;
const WINDOW_MS = 1000;
const COUNTED = ['http_req_duration', 'iterations', 'dropped_iterations', 'vus'];

/** What came in, to be compared with k6's own summary. */
export interface Totals {
  requests: number;
  iterations: number;
  unreadable: number;
}

/** What the lab reads of the collector. */
export interface Batch {
  events: (RequestsEvent | LoadEvent)[];
  /** Number of the last event; asking after it goes on from there. */
  last: number;
  totals: Totals;
  /** A request that the load was not allowed to make. */
  forbiddenUrl?: string;
}

/** The samples of all load generators of a run, put together into events of a second each. */
export class Collected {
  private readonly events: (RequestsEvent | LoadEvent)[] = [];
  private readonly totals: Totals = { requests: 0, iterations: 0, unreadable: 0 };
  private windows?: Windows;
  private begunMs = 0;
  private forbiddenUrl?: string;

  /** @param nowMs a monotonic clock; the generators' samples carry the other. */
  constructor(
    private readonly epochMs: () => number = Date.now,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** From now on there is load; `t` of the events is milliseconds since this call, the first if it was repeated. */
  begin(): void {
    if (this.windows) return;
    this.begunMs = this.nowMs();
    this.windows = new Windows(this.epochMs());
  }

  /** Lines of the line protocol, from any of the generators. Before the beginning generators are idle. */
  add(body: string): void {
    if (!this.windows) return;
    const now = this.sinceBegun();
    for (const line of body.split('\n')) {
      const point = parseLine(line);
      if (!point) {
        this.totals.unreadable += line === '' ? 0 : 1;
        continue;
      }
      if (point.metric === 'http_req_duration') this.totals.requests += 1;
      if (point.metric === 'iterations') this.totals.iterations += point.value;
      if (isForbiddenHost(point.tags)) this.forbiddenUrl ??= point.tags.url ?? '';
      if (COUNTED.includes(point.metric)) this.windows.add(point, now);
    }
  }

  /** Events after the one of number `after`; `whole` closes all windows, when nothing more will come. */
  after(after: number, whole: boolean): Batch {
    const now = this.sinceBegun();
    const due = whole ? this.windows?.last : Math.floor((now - WINDOW_DELAY_MS) / WINDOW_MS);
    // What a generator in a pod costs is the kubelet's to tell.
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
