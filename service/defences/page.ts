export interface Page {
  bytes: number;
  /** Where the next page begins; missing when this is all. */
  nextByte?: number;
}

/** The first page of an answer, at most `mebibytes` long; 0 = everything at once. */
export function pageOf(bytes: number, mebibytes: number): Page {
  const limit = mebibytes * 2 ** 20;
  return limit === 0 || bytes <= limit ? { bytes } : { bytes: limit, nextByte: limit };
}
