import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as load from '../../../lab/load';
import type { LoadOptions, LoadRunner, LoadSummary } from '../../../lab/model/load-runner';
import type { LoadEvent, LogEvent, RequestsEvent } from '../../../lab/model/events';
import { buildOnce } from '../../support/build';

export type Event = RequestsEvent | LoadEvent | LogEvent;

export interface Recorded {
  summary: LoadSummary;
  events: Event[];
  loads: LoadEvent[];
  requests: RequestsEvent[];
  logs: string[];
}

/** Scripts of one test file, in a folder that is removed with them. */
export class Scripts {
  #folder?: string;
  #count = 0;

  get folder(): string {
    return (this.#folder ??= mkdtempSync(join(tmpdir(), 'lab-load-')));
  }

  write(source: string): string {
    const path = join(this.folder, `script-${this.#count++}.js`);
    writeFileSync(path, source);
    return path;
  }

  remove(): void {
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The compiled runners, as users get them. */
export async function builtRunners(): Promise<Record<LoadRunner['name'], LoadRunner>> {
  const built = join(await buildOnce(), 'lab/load/index.js');
  const { embeddedRunner, k6Runner } = jest.requireActual<typeof load>(built);
  return { embedded: embeddedRunner(), k6: k6Runner() };
}

export async function record(
  runner: LoadRunner,
  options: Partial<LoadOptions> & { script: string },
): Promise<Recorded> {
  const events: Event[] = [];
  const summary = await runner.run({ env: {}, emit: (event) => events.push(event), ...options });
  const ofType = <T extends Event['type']>(type: T) =>
    events.filter((event): event is Extract<Event, { type: T }> => event.type === type);
  return {
    summary,
    events,
    loads: ofType('load'),
    requests: ofType('requests'),
    logs: ofType('log').map((event) => event.line),
  };
}
