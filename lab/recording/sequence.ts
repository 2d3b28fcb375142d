import type { LoadEvent, PhaseEvent, ScrapeEvent, TelemetryEvent } from '../model/events';

const PHASES: PhaseEvent['name'][] = ['starting', 'load', 'cooldown', 'stopping'];
const COUNTERS = ['scheduled', 'started', 'completed', 'dropped'] as const;

/**
 * The load generator has its own clock, on another machine if the load runs in a cluster. It may drift by
 * less than this, ms.
 */
const AHEAD_MS = 1000;

/** Events at one time of which there can be only one, by what tells them apart. */
const ONE_AT_A_TIME: Partial<{ [T in TelemetryEvent['type']]: string[] }> = {
  scrape: [],
  host: [],
  load: ['scenario'],
  requests: ['scenario', 'name', 'outcome', 'status'],
  pod: ['pod', 'reason', 'message', 'restartCount', 'exitCode'],
};

/**
 * Checks that the events of a recording are in the order in which the lab writes them, and that none is there
 * twice.
 *
 * Whatever the lab itself sees has the time at which it was written. What the load generator reports comes
 * later: by milliseconds, by seconds from k6, and by as long as the lab or an API server stood still. So each
 * of the two is in order, and a report is never ahead of the lab. Log lines may come in any order and twice.
 */
export class Sequence {
  private readonly once = new Set<string>();
  private readonly last = { lab: 0, load: 0 };
  /** The events at the last time of each clock, by what tells them apart. */
  private readonly atLast = { lab: new Set<string>(), load: new Set<string>() };
  private readonly counted = new Map<string, LoadEvent>();
  private readonly series = new Set<number>();
  /** Series that have values but are not defined, because their line was lost. Their values do not count. */
  private readonly undefined = new Set<number>();
  private phase = -1;

  /** @returns why the event cannot be at this place; undefined if it can. */
  problemOf(event: TelemetryEvent): string | undefined {
    if (event.type === 'log') return undefined;
    if (this.once.has('end')) return 'it follows the end event';
    return this.order(event) ?? this.repetition(event) ?? this.contents(event);
  }

  private order(event: TelemetryEvent): string | undefined {
    const { t } = event;
    const clock = clockOf(event);
    const least = clock === 'load' ? this.last.load : Math.max(this.last.lab, this.last.load - AHEAD_MS);
    if (t < least)
      return `its t is ${t}, but a line before it has ${this.last[t < this.last[clock] ? clock : 'load']}`;
    if (t > this.last[clock]) this.atLast[clock].clear();
    this.last[clock] = t;
    return undefined;
  }

  private repetition(event: TelemetryEvent): string | undefined {
    const fields = ONE_AT_A_TIME[event.type];
    // A kubelet may report the same failed probe twice at once.
    if (!fields || (event.type === 'pod' && event.reason === 'Unhealthy')) return undefined;
    const values = fields.map((field) => (event as unknown as Record<string, unknown>)[field]);
    const key = JSON.stringify([event.type, ...values]);
    const known = this.atLast[clockOf(event)];
    if (known.has(key)) return `there is already such an event with t ${event.t}`;
    known.add(key);
    return undefined;
  }

  private contents(event: TelemetryEvent): string | undefined {
    switch (event.type) {
      case 'run':
      case 'end':
        return this.first(event.type);
      case 'prediction':
        if (this.phase >= PHASES.indexOf('load')) return 'it follows the beginning of the load';
        return this.first(event.type);
      case 'phase':
        return this.nextPhase(event.name);
      case 'series':
        return this.definition(event.id);
      case 'scrape':
        return this.values(event);
      case 'load':
        return this.counters(event);
      default:
        return undefined;
    }
  }

  private first(type: string): string | undefined {
    if (this.once.has(type)) return `there is already a ${type} event`;
    this.once.add(type);
    return undefined;
  }

  private nextPhase(name: PhaseEvent['name']): string | undefined {
    const phase = PHASES.indexOf(name);
    if (phase <= this.phase) return `the phase ${PHASES[this.phase]} has already begun`;
    this.phase = phase;
    return undefined;
  }

  private definition(id: number): string | undefined {
    if (this.series.has(id)) return `series ${id} is already defined`;
    this.series.add(id);
    return this.undefined.has(id) ? `a line before it already has values of series ${id}` : undefined;
  }

  private values({ values, timed = [] }: ScrapeEvent): string | undefined {
    const now = new Set<number>();
    for (const [id] of values) {
      if (now.has(id)) return `it has two values of series ${id}`;
      now.add(id);
    }
    for (const [id] of [...values, ...timed]) if (!this.series.has(id)) this.undefined.add(id);
    return undefined;
  }

  private counters(event: LoadEvent): string | undefined {
    const before = this.counted.get(event.scenario);
    const fallen = before && COUNTERS.find((counter) => event[counter] < before[counter]);
    if (fallen) return `${fallen} falls from ${before[fallen]} to ${event[fallen]}`;
    this.counted.set(event.scenario, event);
    return undefined;
  }
}

function clockOf({ type }: TelemetryEvent): 'lab' | 'load' {
  return type === 'load' || type === 'requests' ? 'load' : 'lab';
}
