import { createHash, createHmac, type Hash, type Hmac, randomBytes } from 'node:crypto';
import { GoError } from './go-error';
import { toArrayBuffer, toBuffer } from './http/body';

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
  const hashes = Object.keys(ALGORITHMS).map((name) => [
    name,
    (data: Data, encoding: string) => createHasher(name).update(data).digest(encoding),
  ]);
  return {
    ...(Object.fromEntries(hashes) as Record<string, (data: Data, encoding: string) => string | ArrayBuffer>),
    createHash: createHasher,
    createHMAC: createKeyedHasher,
    hmac: (name: string, secret: Data, data: Data, encoding: string) =>
      createKeyedHasher(name, secret).update(data).digest(encoding),
    randomBytes(size: number): ArrayBuffer {
      if (!(size > 0)) throw new GoError('invalid size');
      return toArrayBuffer(randomBytes(size));
    },
  };
}

const createHasher = (name: string) => new Hasher(createHash(algorithm(name)));
const createKeyedHasher = (name: string, secret: Data) =>
  new Hasher(createHmac(algorithm(name), toBuffer(secret)));

class Hasher {
  constructor(private readonly hash: Hash | Hmac) {}

  update(data: Data): this {
    this.hash.update(toBuffer(data));
    return this;
  }

  digest(encoding: string): string | ArrayBuffer {
    const encode = ENCODINGS[encoding];
    if (!encode) throw new GoError(`Invalid output encoding: ${encoding}`);
    return encode(this.hash.digest());
  }
}

function algorithm(name: string): string {
  const known = ALGORITHMS[name];
  if (!known) throw new GoError(`invalid algorithm: ${name}`);
  return known;
}
