import type { Emit, TelemetryEvent } from '../../model/events';
import { type Clock, systemClock } from '../../support/clock';

/** Emits recorded events at their recorded times, `speed` times as fast. Ends early when aborted. */
export async function replay(
  events: Iterable<TelemetryEvent>,
  speed: number,
  emit: Emit,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<void> {
  const start = clock.now();
  for (const event of events) {
    const wait = event.t / speed - (clock.now() - start);
    if (wait > 0) await clock.sleep(wait, signal);
    if (signal.aborted) return;
    emit(event);
  }
}
