import { execFileSync } from 'node:child_process';
import { endianness } from 'node:os';
import { pageSize } from '../../../lab/engine/local/limits/emulation/page-size';

/** An auxiliary vector as the kernel writes it, in words of this machine's byte order. */
function vector(wordBytes: 4 | 8, ...words: number[]): Buffer {
  const buffer = Buffer.alloc(words.length * wordBytes);
  words.forEach((word, index) => {
    const low = endianness() === 'LE' ? index * wordBytes : (index + 1) * wordBytes - 4;
    if (endianness() === 'LE') buffer.writeUInt32LE(word, low);
    else buffer.writeUInt32BE(word, low);
  });
  return buffer;
}

test("the page size equals the kernel's", () => {
  expect(pageSize()).toBe(Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' })));
});

test.each([
  ['16 KiB, as on a Raspberry Pi 5', vector(8, 33, 0x1000, 6, 16_384, 0, 0), 8, 16_384],
  ['64 KiB, as on ppc64', vector(8, 6, 65_536, 0, 0), 8, 65_536],
  ['4 KiB in words of 32 bits', vector(4, 16, 6, 6, 4096, 0, 0), 4, 4096],
  ['unknown size', Buffer.alloc(0), 8, 4096],
])('the page size is found: %s', (_name, auxv, wordBytes, bytes) => {
  expect(pageSize(auxv, wordBytes)).toBe(bytes);
});
