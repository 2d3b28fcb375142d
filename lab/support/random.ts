/**
 * Copied to a constant because global lookups are slow under jest: they took half the time of a comparison.
 */
const { imul } = Math;

/** Generates numbers in [0, 1) from a seed (any integer) with mulberry32. k6's sequence is different. */
export function seededRandom(seed: number): () => number {
  let state = Math.trunc(seed) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
