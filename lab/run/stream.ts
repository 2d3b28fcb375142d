import type { Emit, TelemetryEvent } from '../model/events';

/** The one stream of a run: every listener gets every event, in order, and none can hold up another. */
export class TelemetryStream {
  private readonly listeners: Emit[] = [];

  listen(listener: Emit): void {
    this.listeners.push(listener);
  }

  readonly emit: Emit = (event: TelemetryEvent): void => {
    for (const listener of this.listeners) listener(event);
  };
}
