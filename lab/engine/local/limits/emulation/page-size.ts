import { readFileSync } from 'node:fs';
import { arch, endianness } from 'node:os';

/** The most common page size. Kernels for arm64 and ppc64 may use 16 or 64 KiB. */
const USUAL_BYTES = 4096;

/** Key of the page size in the auxiliary vector, see getauxval(3). */
const AT_PAGESZ = 6;

/**
 * Size of a memory page, from the auxiliary vector: pairs of machine words that the kernel gives every
 * process.
 */
export function pageSize(
  vector = readVector(),
  wordBytes = ['arm', 'ia32'].includes(arch()) ? 4 : 8,
): number {
  const word = (index: number) => {
    const bytes = vector.subarray(index * wordBytes, (index + 1) * wordBytes);
    return endianness() === 'LE'
      ? bytes.readUIntLE(0, Math.min(wordBytes, 6))
      : bytes.readUIntBE(wordBytes > 6 ? 2 : 0, Math.min(wordBytes, 6));
  };
  for (let at = 0; (at + 2) * wordBytes <= vector.length; at += 2) {
    if (word(at) === AT_PAGESZ) return word(at + 1);
  }
  return USUAL_BYTES;
}

function readVector(): Buffer {
  try {
    return readFileSync('/proc/self/auxv');
  } catch {
    return Buffer.alloc(0);
  }
}
