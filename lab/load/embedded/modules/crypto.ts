import { createHash, createHmac, randomBytes } from 'node:crypto';
import { GoError } from './go-error';
import { toArrayBuffer, toBuffer } from './http/body';
import { hmacMd4, md4 } from './md4';

type Data = string | ArrayBuffer | ArrayBufferView;

/** Hash functions: k6's name and OpenSSL's name. */
const ALGORITHMS: Record<string, string> = {
  md5: 'md5',
  sha1: 'sha1',
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
  sha512_224: 'sha512-224',
  sha512_256: 'sha512-256',
  ripemd160: 'ripemd160',
};

const ENCODINGS: Record<string, (digest: Buffer) => string | ArrayBuffer> = {
  hex: (digest) => digest.toString('hex'),
  base64: (digest) => digest.toString('base64'),
  base64url: (digest) => digest.toString('base64').replace(/\+/g, '-').replace(/\//g, '_'),
  base64rawurl: (digest) => digest.toString('base64url'),
  binary: toArrayBuffer,
};

/** k6/crypto */
export function cryptoModule() {
  const hashes = ['md4', ...Object.keys(ALGORITHMS)].map((name) => [
    name,
    (data: Data, encoding: string) => digestOf(createHasher(name), data, encoding),
  ]);
  return {
    ...(Object.fromEntries(hashes) as Record<string, (data: Data, encoding: string) => string | ArrayBuffer>),
    createHash: createHasher,
    createHMAC: createKeyedHasher,
    hmac: (name: string, secret: Data, data: Data, encoding: string) =>
      digestOf(createKeyedHasher(name, secret), data, encoding),
    hexEncode: (data: Data) => bytesOf(data).toString('hex'),
    randomBytes(size: number): ArrayBuffer {
      if (!(size > 0)) throw new GoError('invalid size');
      return toArrayBuffer(randomBytes(size));
    },
  };
}

/** Computes a digest of all data. */
type Digest = (data: Buffer) => Buffer;

function createHasher(name: string): Hasher {
  if (name === 'md4') return new Hasher(md4);
  const known = algorithm(name);
  return new Hasher((data) => createHash(known).update(data).digest());
}

function createKeyedHasher(name: string, secret: Data): Hasher {
  const key = bytesOf(secret);
  if (name === 'md4') return new Hasher((data) => hmacMd4(key, data));
  const known = algorithm(name);
  return new Hasher((data) => createHmac(known, key).update(data).digest());
}

function digestOf(hasher: Hasher, data: Data, encoding: string): string | ArrayBuffer {
  hasher.update(data);
  return hasher.digest(encoding);
}

/** As in k6, update() returns nothing, and digest() can be called again and between updates. */
class Hasher {
  readonly #digest: Digest;
  readonly #chunks: Buffer[] = [];

  constructor(digest: Digest) {
    this.#digest = digest;
  }

  update(data: Data): void {
    this.#chunks.push(Buffer.from(bytesOf(data)));
  }

  digest(encoding: string): string | ArrayBuffer {
    const encode = ENCODINGS[encoding];
    if (!encode) throw new GoError(`invalid output encoding: ${encoding}`);
    return encode(this.#digest(Buffer.concat(this.#chunks)));
  }
}

function bytesOf(data: unknown): Buffer {
  const isBytes = ArrayBuffer.isView(data) || Object.prototype.toString.call(data) === '[object ArrayBuffer]';
  if (typeof data === 'string' || isBytes) return toBuffer(data as Data);
  const type = data === null || data === undefined ? '<nil>' : typeof data;
  throw new GoError(`invalid type ${type}, expected string, []byte or ArrayBuffer`);
}

function algorithm(name: string): string {
  const known = ALGORITHMS[name];
  if (!known) throw new GoError(`invalid algorithm: ${name}`);
  return known;
}
