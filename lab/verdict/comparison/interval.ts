import { seededRandom } from '../../support/random';

/** Local names, as in random.ts, because these are called millions of times. */
const { floor, sqrt } = Math;

/** A mean, with the interval that contains 95 of 100 resampled means. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

/** The method as reports describe it. If you change the method, change this text. */
export const METHOD =
  'Intervals are 95 % bootstrap intervals. Whole repeats are resampled. Within each repeat, seconds are resampled only within parts of 5 s of the load, so a ramp stays a ramp. Differences compare the same second of the same repeat. With one repeat, the intervals do not show how much runs differ from each other.';

const PART_SECONDS = 5;
const RESAMPLES = 2000;
/** Fixed, so that the same recordings always give the same interval. */
const SEED = 20_231;

/**
 * A rate: counts per second of the load, as a mean over repeats. Resampling can go below zero where counts are
 * few, but a rate cannot.
 * @param runs counts for each second, one list per repeat, including the seconds after the load (its drain)
 * @param loadSeconds length of the load
 */
export function estimate(runs: number[][], loadSeconds: number): Estimate {
  const { value, low, high } = resampled(runs, loadSeconds);
  return { value, low: Math.max(low, 0), high };
}

/** The same for numbers of any sign. */
function resampled(runs: number[][], loadSeconds: number): Estimate {
  const rate = (counts: number[]): number => sum(counts) / loadSeconds;
  const value = mean(runs.map(rate));
  const random = seededRandom(SEED);
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let total = 0;
    for (let i = 0; i < runs.length; i++) {
      total += resampledSum(runs[floor(random() * runs.length)] as number[], random);
    }
    return runs.length > 0 ? total / runs.length / loadSeconds : 0;
  }).sort();
  const at = (share: number): number => means[Math.round(share * (RESAMPLES - 1))] as number;
  // The value itself is always inside, even where rounding of sums would leave it just outside.
  return { value, low: Math.min(at(0.025), value), high: Math.max(at(0.975), value) };
}

/**
 * Difference of two such rates, `a` minus `b`, under the same load: second by second and repeat by repeat.
 * @param a and `b`: the same number of repeats; surplus repeats of one are left out
 */
export function difference(a: number[][], b: number[][], loadSeconds: number): Estimate {
  const pairs = a.slice(0, b.length).map((counts, repeat) => {
    const other = b[repeat] as number[];
    const length = Math.max(counts.length, other.length);
    return Array.from({ length }, (_, second) => (counts[second] ?? 0) - (other[second] ?? 0));
  });
  return resampled(pairs, loadSeconds);
}

/** Draws the seconds of each part anew. The root restores the spread that such small parts lose. */
function resampledSum(seconds: number[], random: () => number): number {
  let total = 0;
  for (let from = 0; from < seconds.length; from += PART_SECONDS) {
    const size = Math.min(PART_SECONDS, seconds.length - from);
    let [kept, drawn] = [0, 0];
    for (let i = 0; i < size; i++) {
      kept += seconds[from + i] as number;
      drawn += seconds[from + floor(random() * size)] as number;
    }
    total += kept + (size > 1 ? sqrt(size / (size - 1)) * (drawn - kept) : 0);
  }
  return total;
}

export function mean(values: number[]): number {
  return values.length > 0 ? sum(values) / values.length : 0;
}

export function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
