import type { Emit, TelemetryEvent } from '../model/events';

/** The event stream of a run. Every listener gets every event, in order, at once. */
export class TelemetryStream {
  private readonly listeners: Emit[] = [];

  listen(listener: Emit): void {
    this.listeners.push(listener);
  }

  readonly emit: Emit = (event: TelemetryEvent): void => {
    for (const listener of this.listeners) listener(event);
  };
}
