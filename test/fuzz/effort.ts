/**
 * How long a fuzz test goes on: as given in `npm test`, FUZZ_FACTOR times that in `npm run fuzz`.
 * fast-check prints the seed of what it finds; what it found goes into test/fuzz/corpus/.
 */
export const FACTOR = Number(process.env.FUZZ_FACTOR ?? 1);

export const runs = (short: number): { numRuns: number } => ({ numRuns: short * FACTOR });

/** Fuzz tests in long form take minutes. */
export const TIMEOUT_MS = 60_000 * Math.max(FACTOR / 4, 1);
