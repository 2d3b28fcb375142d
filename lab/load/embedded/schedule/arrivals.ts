import type { Stage } from './stages';

/**
 * When iterations start, as a pure function: no clock, no timer.
 * Times are milliseconds since the scenario's start, never decreasing.
 */
export interface ArrivalSchedule {
  /** How many iterations the schedule wants in all. */
  readonly count: number;
  /** Start of iteration `n` (0 <= n < count). Cheapest when `n` grows from call to call. */
  startOf(n: number): number;
}

const NANOS_PER_MS = 1e6;

/**
 * `rate` iterations per `timeUnitMs` for `durationMs`, the first at once.
 *
 * The distance between two starts is truncated to whole nanoseconds and then multiplied, as k6 does it, so it
 * cannot drift away from k6's. A start that falls on the very end counts: k6 leaves it to a race between two
 * timers, which the start wins in 31 of 32 runs (k6 1.8.1, rates of 10 to 100 per second).
 */
export function constantArrivals(rate: number, timeUnitMs: number, durationMs: number): ArrivalSchedule {
  const periodNanos = Math.floor((timeUnitMs * NANOS_PER_MS) / rate);
  return {
    count: Math.floor((durationMs * NANOS_PER_MS) / periodNanos) + 1,
    startOf: (n) => (n * periodNanos) / NANOS_PER_MS,
  };
}

interface Segment {
  startNanos: number;
  durationNanos: number;
  /** Iterations per nanosecond at the segment's start and end. */
  from: number;
  to: number;
  /** Area under the rate before and up to the end of this segment. */
  areaBefore: number;
  areaAfter: number;
}

/**
 * The rate ramps linearly from stage to stage; iteration n starts when the area under the rate reaches n + 1.
 * Rates are per `timeUnitMs`.
 *
 * Areas are floating-point sums in the order in which k6 adds them, so that an iteration that falls on the
 * edge of a stage falls on the same side of it.
 */
export function rampingArrivals(startRate: number, timeUnitMs: number, stages: Stage[]): ArrivalSchedule {
  const segments = segmentsOf(startRate, timeUnitMs, stages);
  let current = 0;
  return {
    count: Math.floor(segments.at(-1)?.areaAfter ?? 0),
    startOf(n) {
      const area = n + 1;
      if (area <= (segments[current]?.areaBefore ?? 0)) current = 0;
      while (area > segments[current]!.areaAfter) current += 1;
      const segment = segments[current]!;
      return (segment.startNanos + Math.trunc(nanosToArea(segment, area))) / NANOS_PER_MS;
    },
  };
}

function segmentsOf(startRate: number, timeUnitMs: number, stages: Stage[]): Segment[] {
  const timeUnitNanos = timeUnitMs * NANOS_PER_MS;
  let from = startRate / timeUnitNanos;
  let startNanos = 0;
  let areaBefore = 0;
  return stages.map(({ durationMs, target }) => {
    const durationNanos = durationMs * NANOS_PER_MS;
    const to = target / timeUnitNanos;
    const area = from === to ? durationNanos * to : durationNanos * ((to - from) / 2 + from);
    const segment = { startNanos, durationNanos, from, to, areaBefore, areaAfter: areaBefore + area };
    from = to;
    startNanos += durationNanos;
    areaBefore = segment.areaAfter;
    return segment;
  });
}

/** Solves from·x + (to − from)/(2·duration)·x² = area − areaBefore for x, the time since the segment's start. */
function nanosToArea({ from, to, durationNanos, areaBefore }: Segment, area: number): number {
  const wanted = area - areaBefore;
  if (from === to) return wanted / to;
  const root = durationNanos * (from * from * durationNanos + 2 * wanted * (to - from));
  return (from * durationNanos - Math.sqrt(Math.max(0, root))) / (from - to);
}
