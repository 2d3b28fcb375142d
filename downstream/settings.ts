/** Settings of the downstream that the constructs offer, too: each is stated here, and nowhere else. */

export interface IntegerSetting {
  /** The environment variable that it comes in. */
  env: string;
  default: number;
  range: [least: number, most: number];
  /** What it is, and why the default is what it is. */
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
    'Service time of one call that is alone: a typical call within a data centre that touches a disk.',
  ),
  maxConcurrency: integer(
    'MAX_CONCURRENCY',
    10,
    [1, 10_000],
    'Calls worked on at once; others queue. At 50 ms each it serves at most 200 calls/s.',
  ),
  contentionPercent: integer(
    'CONTENTION_PERCENT',
    5,
    [0, 1000],
    'How much each other call present lengthens a service time, so that overload lowers throughput (Universal Scalability Law).',
  ),
};
