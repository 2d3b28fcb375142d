/** Settings of the downstream that the constructs also offer. Each is defined here and nowhere else. */

export interface IntegerSetting {
  /** The environment variable that holds it. */
  env: string;
  default: number;
  range: [least: number, most: number];
  /** What it is, and the reason for the default. */
  why: string;
}

const integer = (
  env: string,
  preset: number,
  range: [least: number, most: number],
  why: string,
): IntegerSetting => ({ env, default: preset, range, why });

export const SETTINGS = {
  baseLatencyMs: integer(
    'BASE_LATENCY_MS',
    50,
    [0, 60_000],
    'Service time of a single call: a typical call within a data centre that touches a disk.',
  ),
  maxConcurrency: integer(
    'MAX_CONCURRENCY',
    10,
    [1, 10_000],
    'Calls worked on at once; others queue. At 50 ms each, it serves at most 200 calls/s.',
  ),
  contentionPercent: integer(
    'CONTENTION_PERCENT',
    5,
    [0, 1000],
    'How much every other call, active or queued, adds to the service time, in percent of the base latency. Overload thus lowers throughput (Universal Scalability Law).',
  ),
};
