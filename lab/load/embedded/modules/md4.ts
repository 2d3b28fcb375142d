/** MD4 (RFC 1320), which OpenSSL no longer offers. For tests of old systems, not for security. */
const SHIFTS = [
  [3, 7, 11, 19],
  [3, 5, 9, 13],
  [3, 9, 11, 15],
] as const;
const ORDERS = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
] as const;
const CONSTANTS = [0, 0x5a827999, 0x6ed9eba1] as const;
const MIXES = [
  (x: number, y: number, z: number) => (x & y) | (~x & z),
  (x: number, y: number, z: number) => (x & y) | (x & z) | (y & z),
  (x: number, y: number, z: number) => x ^ y ^ z,
] as const;

const BLOCK_BYTES = 64;

export function md4(data: Buffer): Buffer {
  const padded = pad(data);
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let offset = 0; offset < padded.length; offset += BLOCK_BYTES) {
    const mixed = mixBlock(state, padded, offset);
    state = state.map((word, i) => (word + mixed[i]!) | 0);
  }
  const digest = Buffer.alloc(16);
  state.forEach((word, i) => digest.writeInt32LE(word | 0, i * 4));
  return digest;
}

/** Appends a 1 bit, zeros, and the length in bits. */
function pad(data: Buffer): Buffer {
  const length = Math.ceil((data.length + 9) / BLOCK_BYTES) * BLOCK_BYTES;
  const padded = Buffer.alloc(length);
  data.copy(padded);
  padded[data.length] = 0x80;
  padded.writeBigUInt64LE(BigInt(data.length) * 8n, length - 8);
  return padded;
}

function mixBlock(state: number[], block: Buffer, offset: number): number[] {
  let [a, b, c, d] = state as [number, number, number, number];
  for (let round = 0; round < 3; round++) {
    for (let step = 0; step < 16; step++) {
      const word = block.readInt32LE(offset + ORDERS[round]![step]! * 4);
      const sum = (a + MIXES[round]!(b, c, d) + word + CONSTANTS[round]!) | 0;
      const shift = SHIFTS[round]![step % 4]!;
      [a, b, c, d] = [d, (sum << shift) | (sum >>> (32 - shift)), b, c];
    }
  }
  return [a, b, c, d];
}

/** HMAC (RFC 2104) with MD4. */
export function hmacMd4(key: Buffer, data: Buffer): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  (key.length > BLOCK_BYTES ? md4(key) : key).copy(block);
  const padded = (byte: number) => Buffer.from(block.map((part) => part ^ byte));
  return md4(Buffer.concat([padded(0x5c), md4(Buffer.concat([padded(0x36), data]))]));
}
