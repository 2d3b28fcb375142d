/**
 * The length of a fuzz test: as given in `npm test`, and FUZZ_FACTOR times that in `npm run fuzz`. fast-check
 * prints the seed of a failure. Put failing inputs into test/fuzz/corpus/.
 */
export const FACTOR = Number(process.env.FUZZ_FACTOR ?? 1);

export const runs = (short: number): { numRuns: number } => ({ numRuns: short * FACTOR });

/** Long fuzz tests take minutes. */
export const TIMEOUT_MS = 60_000 * Math.max(FACTOR / 4, 1);
