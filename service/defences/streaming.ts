import { setImmediate as nextTurn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';

const CHUNK_BYTES = 64 * 1024;

/**
 * Produces as many bytes as the leak would keep, but in chunks of which only one is alive at a time. Other
 * requests run between the chunks.
 * @returns the CRC-32 of all bytes, which proves that they were produced.
 */
export async function streamThrough(bytes: number): Promise<number> {
  let checksum = 0;
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  for (let left = bytes; left > 0; left -= CHUNK_BYTES) {
    const part = chunk.fill(left % 251).subarray(0, Math.min(left, CHUNK_BYTES));
    checksum = crc32(part, checksum);
    await nextTurn();
  }
  return checksum;
}
