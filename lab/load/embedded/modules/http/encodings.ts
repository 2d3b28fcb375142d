import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

const DECODERS: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/**
 * Decodes a body by its Content-Encoding, a list of encodings in the order in which they were applied. Like k6,
 * ignores encodings that it does not know. @throws Error for a damaged body.
 */
export function decode(bytes: Buffer, encodings: string): Buffer {
  return encodings
    .split(',')
    .reverse()
    .reduce((text, encoding) => DECODERS[encoding.trim().toLowerCase()]?.(text) ?? text, bytes);
}
