const CHUNK = 16_384;

/**
 * Like k6, keeps every value (8 bytes each), so percentiles are exact. Adding a value only writes to an
 * array. Reading sorts the values added since the last read.
 */
export class TrendSink {
  private sorted: Float64Array = new Float64Array(0);
  private full: Float64Array[] = [];
  private chunk = new Float64Array(CHUNK);
  private used = 0;
  private sum = 0;

  get count(): number {
    return this.sorted.length + this.full.length * CHUNK + this.used;
  }

  add(value: number): void {
    if (this.used === CHUNK) {
      this.full.push(this.chunk);
      this.chunk = new Float64Array(CHUNK);
      this.used = 0;
    }
    this.chunk[this.used++] = value;
    this.sum += value;
  }

  /** Like k6, interpolates linearly between the two values around the rank. `share` is 0..1. 0 when empty. */
  percentile(share: number): number {
    const values = this.sort();
    if (values.length === 0) return 0;
    const rank = share * (values.length - 1);
    const below = values[Math.floor(rank)]!;
    const above = values[Math.ceil(rank)]!;
    return below + (above - below) * (rank - Math.floor(rank));
  }

  /**
   * A statistic by its name in thresholds or summaryTrendStats: min, max, avg, med, count, p(N).
   * Undefined for any other name.
   */
  stat(name: string): number | undefined {
    const percentile = /^p\((\d+(?:\.\d+)?)\)$/.exec(name);
    if (percentile) return this.percentile(Number(percentile[1]) / 100);
    return Object.hasOwn(STATS, name) ? STATS[name]!(this, this.sum) : undefined;
  }

  private sort(): Float64Array {
    const fresh = this.takeUnsorted();
    if (fresh.length > 0) this.sorted = merge(this.sorted, fresh.sort());
    return this.sorted;
  }

  private takeUnsorted(): Float64Array {
    const fresh = new Float64Array(this.full.length * CHUNK + this.used);
    this.full.forEach((chunk, index) => fresh.set(chunk, index * CHUNK));
    fresh.set(this.chunk.subarray(0, this.used), this.full.length * CHUNK);
    this.full = [];
    this.used = 0;
    return fresh;
  }
}

const STATS: Record<string, (trend: TrendSink, sum: number) => number> = {
  min: (trend) => trend.percentile(0),
  med: (trend) => trend.percentile(0.5),
  max: (trend) => trend.percentile(1),
  avg: (trend, sum) => (trend.count === 0 ? 0 : sum / trend.count),
  count: (trend) => trend.count,
};

/** True for the names that `TrendSink.stat` knows, with percentiles from 0 to 100. */
export function isTrendStat(name: string): boolean {
  const percentile = /^p\((\d+(?:\.\d+)?)\)$/.exec(name);
  return percentile ? Number(percentile[1]) <= 100 : Object.hasOwn(STATS, name);
}

function merge(a: Float64Array, b: Float64Array): Float64Array {
  if (a.length === 0) return b;
  const result = new Float64Array(a.length + b.length);
  let i = 0;
  let j = 0;
  for (let k = 0; k < result.length; k++) {
    result[k] = j === b.length || (i < a.length && a[i]! <= b[j]!) ? a[i++]! : b[j++]!;
  }
  return result;
}
