import { webcrypto } from 'node:crypto';
import type { Runtime } from '../script/runtime';
import { GoError } from './go-error';

const OPERATIONS =
  'encrypt decrypt sign verify digest generateKey deriveKey deriveBits importKey exportKey wrapKey unwrapKey'.split(
    ' ',
  );
/** Web Crypto's limit for random values at once. */
const MOST_RANDOM_BYTES = 65_536;

type Operation = (...values: unknown[]) => Promise<unknown>;

/** The global `crypto`. The iteration lasts until its operations are done, also those that nothing awaits. */
export function webCrypto(runtime: Runtime) {
  const subtle = webcrypto.subtle as unknown as Record<string, Operation>;
  const kept = (name: string): Operation =>
    async function (...values) {
      const done = runtime.phase === 'init' ? () => undefined : runtime.task();
      try {
        return await subtle[name]!(...values);
      } finally {
        done();
      }
    };
  return {
    getRandomValues,
    randomUUID: () => webcrypto.randomUUID(),
    subtle: Object.fromEntries(OPERATIONS.map((name) => [name, kept(name)])),
    CryptoKey: webcrypto.CryptoKey,
  };
}

function getRandomValues(values: unknown): unknown {
  const isIntegers = ArrayBuffer.isView(values) && /^(Big)?(Ui|I)nt\d+(Clamped)?Array$/.test(kindOf(values));
  if (!isIntegers) {
    throw new GoError("TypeMismatchError: typedArray parameter isn't a TypedArray instance");
  }
  if (values.byteLength > MOST_RANDOM_BYTES) {
    throw new GoError('QuotaExceededError: typedArray parameter is too big; maximum length is 65536');
  }
  return webcrypto.getRandomValues(values as Uint8Array);
}

const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice('[object '.length, -1);
