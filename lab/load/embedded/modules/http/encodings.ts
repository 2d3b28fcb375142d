import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

const DECODERS: Record<string, (bytes: Buffer) => Buffer> = {
  identity: (bytes) => bytes,
  gzip: gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** Decodes a body by its Content-Encoding. @throws Error for an unknown encoding or a damaged body. */
export function decode(bytes: Buffer, encoding: string): Buffer {
  const decoder = DECODERS[encoding.trim().toLowerCase()];
  if (!decoder) throw new Error(`unsupported content encoding: ${encoding}`);
  return decoder(bytes);
}
