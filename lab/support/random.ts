/** A name of its own: in jest's context each look at a global is a search, which was half of the time of a comparison. */
const { imul } = Math;

/** A generator of numbers in [0, 1) that a seed (any integer) determines: mulberry32; the sequence is not k6's. */
export function seededRandom(seed: number): () => number {
  let state = Math.trunc(seed) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
