import { createContext, runInContext } from 'node:vm';

const LANGUAGE = createContext({});

/** The globals of k6 1.8.1. It lacks some of the language's own, such as Intl and WeakRef. */
const LANGUAGE_GLOBALS = (
  'Object Function Array String Number BigInt RegExp Date Boolean Proxy Reflect Error AggregateError TypeError ' +
  'ReferenceError SyntaxError RangeError EvalError URIError eval Math JSON ArrayBuffer DataView Uint8Array ' +
  'Uint8ClampedArray Int8Array Uint16Array Int16Array Uint32Array Int32Array Float32Array Float64Array ' +
  'BigInt64Array BigUint64Array Symbol WeakSet WeakMap Map Set Promise NaN undefined Infinity isNaN parseInt ' +
  'parseFloat isFinite decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape'
).split(' ');

/** Globals that each VU has for itself. */
const K6_GLOBALS = (
  'console globalThis global open require exports module crypto GoError __ENV __VU __ITER ' +
  'setTimeout clearTimeout setInterval clearInterval'
).split(' ');

const KNOWN_GLOBALS = new Set([...LANGUAGE_GLOBALS, ...K6_GLOBALS]);

/** Whether an undeclared name exists in a k6 script. */
export function isKnownGlobal(name: string): boolean {
  return KNOWN_GLOBALS.has(name);
}

/** A global object of a script: the language's own globals, and those given. */
export function globalObject(own: Record<string, unknown>): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  const define = (name: string, value: unknown): void =>
    void Object.defineProperty(all, name, { value, writable: true, configurable: true });
  for (const name of LANGUAGE_GLOBALS) define(name, globalThis[name as keyof typeof globalThis]);
  for (const [name, value] of Object.entries({ ...own, globalThis: all, global: all })) define(name, value);
  return all;
}

/** Method names of k6's objects that are neither functions of a module nor of the language. */
const K6_METHODS = 'json html log info debug warn error digest update add cookiesForURL clear delete set';

/**
 * Names of the methods of the language and of k6's objects. A call of such a method is taken for that method
 * unless the script has a blocking method of that name.
 */
export const NATIVE_METHODS: ReadonlySet<string> = new Set([
  ...(runInContext(
    `[String, Array, Number, Boolean, Date, RegExp, Map, Set, WeakMap, WeakSet, Promise, Symbol, Object,
      Function, Error, ArrayBuffer, DataView, Uint8Array, Object.getPrototypeOf(Uint8Array), Math, JSON, Reflect, BigInt]
      .flatMap((one) => [one, one.prototype].filter(Boolean).flatMap(Object.getOwnPropertyNames))`,
    LANGUAGE,
  ) as string[]),
  ...K6_METHODS.split(' '),
]);

/** Methods and constructors that keep a function without calling it. */
export const STORES = new Set(
  (
    'push unshift splice concat fill with set add of from assign entries fromEntries defineProperty ' +
    'defineProperties freeze seal create Map Set WeakMap WeakSet Array Object'
  ).split(' '),
);

/** Methods of arrays and of k6/html's selections whose blocking callbacks run one after another, as in k6. */
export const SEQUENTIAL = new Set(
  'forEach each map filter reduce reduceRight some every find findIndex findLast findLastIndex flatMap'.split(
    ' ',
  ),
);

/**
 * Functions that accept async callbacks: promise methods await the callback's result, timers and sockets await
 * the callback.
 */
export const TAKES_ASYNC = new Set(
  'then catch finally setTimeout setInterval bind on addEventListener'.split(' '),
);
