import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';
import { DURATIONS } from '../model/durations';
import type { RequestOutcome, RequestsEvent } from '../model/events';

/**
 * A finished HTTP request, for the per-second aggregates. The http module itself adds k6's metrics to the
 * sink.
 */
export interface RequestDone {
  scenario: string;
  /** The `name` tag if the script set one, otherwise the path without its query. */
  name: string;
  outcome: RequestOutcome;
  /** HTTP status, 0 when there was no response. */
  status: number;
  /** k6's http_req_duration. */
  durationMs: number;
  /** The startDelayMs of its iteration. */
  startDelayMs?: number;
}

const MICROS_PER_MS = 1000;

/** A histogram of µs for RequestsEvent. Merging loses nothing. */
export function createHistogram(): Histogram {
  return build({
    ...DURATIONS,
    bitBucketSize: 32,
    autoResize: false,
    useWebAssembly: false,
  });
}

/** Records ms as whole µs. Rounds first, because hdr-histogram-js drops fractions. */
export function recordMs(histogram: Histogram, ms: number): void {
  histogram.recordValue(
    Math.min(DURATIONS.highestTrackableValue, Math.max(0, Math.round(ms * MICROS_PER_MS))),
  );
}

class Bucket {
  count = 0;
  readonly duration = createHistogram();
  /** Created for the first latency from the schedule. Closed-model scenarios have none. */
  fromSchedule?: Histogram;

  constructor(readonly key: Pick<RequestsEvent, 'scenario' | 'name' | 'outcome' | 'status'>) {}

  holds(request: RequestDone): boolean {
    const { key } = this;
    return (
      key.status === request.status &&
      key.name === request.name &&
      key.scenario === request.scenario &&
      key.outcome === request.outcome
    );
  }

  add(durationMs: number, delayMs: number | undefined): void {
    this.count += 1;
    recordMs(this.duration, durationMs);
    if (delayMs !== undefined) recordMs((this.fromSchedule ??= createHistogram()), durationMs + delayMs);
  }

  take(t: number): RequestsEvent {
    const event: RequestsEvent = {
      type: 'requests',
      t,
      ...this.key,
      count: this.count,
      duration: encode(this.duration),
      ...(this.fromSchedule && { fromSchedule: encode(this.fromSchedule) }),
    };
    this.count = 0;
    return event;
  }
}

/** Sums requests by scenario, name, outcome and status until they are taken. */
export class RequestAggregator {
  private readonly buckets = new Map<string, Bucket>();
  private last?: Bucket;

  /**
   * @param delayMs how late the request's iteration started, compared with the schedule; undefined without
   * one.
   */
  add(request: RequestDone, delayMs?: number): void {
    if (!this.last?.holds(request)) this.last = this.bucket(request);
    this.last.add(request.durationMs, delayMs);
  }

  /** Returns one event for each combination that had requests since the last call. */
  take(t: number): RequestsEvent[] {
    return [...this.buckets.values()].filter((bucket) => bucket.count > 0).map((bucket) => bucket.take(t));
  }

  private bucket({ scenario, name, outcome, status }: RequestDone): Bucket {
    const id = `${scenario}\n${name}\n${outcome}\n${status}`;
    let bucket = this.buckets.get(id);
    if (!bucket) {
      bucket = new Bucket({ scenario, name, outcome, status });
      this.buckets.set(id, bucket);
    }
    return bucket;
  }
}

/** Encodes a histogram (HdrHistogram V2, compressed, base64) and then empties it. */
function encode(histogram: Histogram): string {
  const text = encodeIntoCompressedBase64(histogram);
  histogram.reset();
  return text;
}

/** Decodes `duration` or `fromSchedule` of a RequestsEvent: a histogram of µs. */
export function decodeHistogram(text: string): Histogram {
  return decodeFromCompressedBase64(text, 32, false);
}
