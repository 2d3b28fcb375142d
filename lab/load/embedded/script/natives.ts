import { createContext, runInContext } from 'node:vm';

const LANGUAGE = createContext({});

/** The globals of the JavaScript language itself. */
const LANGUAGE_GLOBALS = new Set(
  runInContext('Object.getOwnPropertyNames(globalThis)', LANGUAGE) as string[],
);

/** Globals of k6, also those that the runtime defines for each VU. */
const K6_GLOBALS = new Set(
  (
    'console globalThis global open require exports module __ENV __VU __ITER ' +
    'setTimeout clearTimeout setInterval clearInterval'
  ).split(' '),
);

/** Globals of Node that k6 lacks, such as URL and Buffer. A script that reads one gets a ReferenceError. */
export const ABSENT_GLOBALS = new Set(
  [...Object.getOwnPropertyNames(globalThis), 'process', 'Buffer', 'fetch'].filter(
    (name) => /^[a-zA-Z]\w*$/.test(name) && !LANGUAGE_GLOBALS.has(name) && !K6_GLOBALS.has(name),
  ),
);

/** Whether an undeclared name exists in a k6 script. */
export function isKnownGlobal(name: string): boolean {
  return LANGUAGE_GLOBALS.has(name) || K6_GLOBALS.has(name);
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
