/** Gunther's Universal Scalability Law: throughput X(N) = λN / (1 + σ(N-1) + κN(N-1)). */
export interface Usl {
  /** Throughput of one. */
  lambda: number;
  /** Contention: the share of the work that only one can do at a time. */
  sigma: number;
  /** Coherence: the cost of each pair, which makes throughput fall again. */
  kappa: number;
}

export function uslAt({ lambda, sigma, kappa }: Usl, n: number): number {
  return (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
}

/** Below this, the peak would lie beyond a thousand, where nothing was measured. */
const LEAST_KAPPA = 1e-6;

/** The N of the highest throughput; undefined where throughput never falls. */
export function uslPeak({ sigma, kappa }: Usl): number | undefined {
  return kappa >= LEAST_KAPPA ? Math.max(1, Math.sqrt(Math.max(0, 1 - sigma) / kappa)) : undefined;
}

/**
 * Fits the law to measured throughputs. N/X is linear in 1/λ, σ/λ and κ/λ, none of which may be negative. Of
 * all subsets of the three, it takes the one with the least squared relative error of X.
 * @returns undefined for fewer than three points with throughput: nothing could contradict the curve.
 */
export function fitUsl(points: { n: number; x: number }[]): Usl | undefined {
  const usable = points.filter(({ n, x }) => n >= 1 && x > 0);
  if (new Set(usable.map(({ n }) => n)).size < 3) return undefined;
  const candidates = SUBSETS.flatMap((columns) => {
    const solved = leastSquares(usable, columns);
    if (!solved || solved.some((value) => value < 0)) return [];
    const [a = 0, b = 0, c = 0] = [0, 1, 2].map((column) => solved[columns.indexOf(column)] ?? 0);
    return a > 0 ? [{ lambda: 1 / a, sigma: b / a, kappa: c / a }] : [];
  });
  const error = (usl: Usl): number =>
    usable.reduce((sum, { n, x }) => sum + ((uslAt(usl, n) - x) / x) ** 2, 0);
  return candidates.sort((a, b) => error(a) - error(b))[0];
}

/**
 * The point that a law misses most, also one without throughput.
 * @returns the distance as a share of the highest throughput measured
 */
export function worstMiss(usl: Usl, points: { n: number; x: number }[]): { n: number; share: number } {
  const best = Math.max(...points.map(({ x }) => x));
  const misses = points.map(({ n, x }) => ({ n, share: Math.abs(uslAt(usl, n) - x) / best }));
  return misses.reduce((worst, miss) => (miss.share > worst.share ? miss : worst));
}

/** Columns of the regression: 1, N-1, N(N-1). The first is always included: the throughput of one. */
const SUBSETS = [[0, 1, 2], [0, 1], [0, 2], [0]];
const COLUMNS: ((n: number) => number)[] = [() => 1, (n) => n - 1, (n) => n * (n - 1)];

/**
 * Weighted by X/N, so that relative errors of X count. Solves the normal equations by Gaussian elimination.
 */
function leastSquares(points: { n: number; x: number }[], columns: number[]): number[] | undefined {
  const size = columns.length;
  const matrix = columns.map(() => Array.from({ length: size + 1 }, () => 0));
  for (const { n, x } of points) {
    const weight = x / n;
    const row = columns.map((column) => COLUMNS[column]!(n) * weight);
    row.forEach((left, i) => {
      row.forEach((right, j) => (matrix[i]![j]! += left * right));
      matrix[i]![size]! += left; // the weighted N/X is one
    });
  }
  for (let i = 0; i < size; i++) {
    const pivot = matrix
      .slice(i)
      .reduce((best, row) => (Math.abs(row[i]!) > Math.abs(best[i]!) ? row : best));
    const at = matrix.indexOf(pivot);
    [matrix[i], matrix[at]] = [pivot, matrix[i]!];
    if (Math.abs(pivot[i]!) < 1e-12) return undefined;
    for (const row of matrix) {
      if (row === pivot) continue;
      const factor = row[i]! / pivot[i]!;
      row.forEach((_, j) => (row[j]! -= factor * pivot[j]!));
    }
  }
  return matrix.map((row, i) => row[size]! / row[i]!);
}
