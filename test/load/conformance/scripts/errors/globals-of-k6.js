const NAMES = (
  'Object AggregateError GoError Intl WeakRef FinalizationRegistry SharedArrayBuffer Atomics WebAssembly ' +
  'structuredClone crypto CryptoKey console global __ENV __VU setTimeout clearInterval self window Iterator'
).split(' ');
export default function () {
  console.log(NAMES.filter((name) => name in globalThis).join(' '));
  console.log(typeof Intl, typeof WeakRef, typeof GoError, typeof crypto);
  Intl.DateTimeFormat();
}
