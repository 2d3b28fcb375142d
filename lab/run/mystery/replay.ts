import { setTimeout as sleep } from 'node:timers/promises';
import type { Emit, TelemetryEvent } from '../../model/events';

/** Time as a replay needs it, so that tests can have their own. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const REAL: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

/** Emits recorded events at their times, `speed` times as fast; ends early when aborted. */
export async function replay(
  events: Iterable<TelemetryEvent>,
  speed: number,
  emit: Emit,
  signal: AbortSignal,
  clock: Clock = REAL,
): Promise<void> {
  const start = clock.now();
  for (const event of events) {
    const wait = event.t / speed - (clock.now() - start);
    if (wait > 0) await clock.sleep(wait, signal);
    if (signal.aborted) return;
    emit(event);
  }
}
