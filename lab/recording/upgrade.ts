import type { TelemetryEvent } from '../model/events';
import { failedProbeOf } from '../model/failed-probe';

/** Adds what recordings of this format did not contain at first. */
export function upgraded(event: TelemetryEvent): TelemetryEvent {
  if (event.type !== 'pod' || event.reason !== 'Killing' || event.failedProbe) return event;
  const failedProbe = failedProbeOf(event.message);
  return failedProbe ? { ...event, failedProbe } : event;
}
