import type { Stage } from './stages';

/**
 * The start times of iterations, as a pure function without clock and timers.
 * Times are milliseconds since the scenario's start and never decrease.
 */
export interface ArrivalSchedule {
  /** Total number of iterations in the schedule. */
  readonly count: number;
  /** Start of iteration `n` (0 <= n < count). Fastest when `n` grows from call to call. */
  startOf(n: number): number;
}

const NANOS_PER_MS = 1e6;

/**
 * `rate` iterations per `timeUnitMs` for `durationMs`. The first one starts at once.
 *
 * Like k6, this truncates the interval between two starts to whole nanoseconds and then multiplies it, so the
 * schedule cannot drift away from k6's. A start exactly at the end counts. In k6, two timers race there, and
 * the start wins in 31 of 32 runs (k6 1.8.1, rates of 10 to 100 per second).
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
  /** Area under the rate before this segment, and up to its end. */
  areaBefore: number;
  areaAfter: number;
}

/**
 * The rate ramps linearly from stage to stage. Iteration n starts when the area under the rate reaches n + 1.
 * Rates are per `timeUnitMs`.
 *
 * Areas are floating-point sums in the same order as in k6. So an iteration at the edge of a stage falls on
 * the same side of it.
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
