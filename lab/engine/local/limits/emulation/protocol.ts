/** Messages between the lab and the emulating thread. */

/** Length of an enforcement period, ms; the same as CFS. */
export const PERIOD_MS = 100;

export interface EmulatedLimits {
  /** CPU time per period, ms. */
  quotaMs?: number;
  memoryBytes?: number;
}

export type Command =
  | { type: 'open'; cage: string; limits: EmulatedLimits; counters: SharedArrayBuffer }
  | { type: 'add'; cage: string; pid: number }
  | { type: 'kill'; cage: string }
  | { type: 'remove'; cage: string };

/** A command with an id, which its answer repeats. */
export type Request = Command & { id: number };
export interface Answer {
  id: number;
  /** False when some processes are still alive. */
  done: boolean;
}

const NAMES = [
  'cpuSeconds',
  'periods',
  'throttledPeriods',
  'throttledSeconds',
  'memoryBytes',
  'oomKills',
] as const;
type Name = (typeof NAMES)[number];

/** Counters in memory shared by both threads, so reading them never waits. */
export class Counters {
  private readonly values: Float64Array;

  constructor(readonly buffer = new SharedArrayBuffer(NAMES.length * Float64Array.BYTES_PER_ELEMENT)) {
    this.values = new Float64Array(buffer);
  }

  get(name: Name): number {
    return this.values[NAMES.indexOf(name)] as number;
  }

  set(name: Name, value: number): void {
    this.values[NAMES.indexOf(name)] = value;
  }

  add(name: Name, value: number): void {
    this.set(name, this.get(name) + value);
  }
}
