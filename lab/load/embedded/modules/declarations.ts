import { nameOf } from './addresses';

/**
 * The exports of the k6 modules, for the transform. A blocking export suspends the VU and is awaited.
 * A dotted name is a property of an exported object.
 */
const REQUESTS = ['get', 'post', 'put', 'patch', 'del', 'head', 'options', 'request', 'batch'];
const HTTP = 'asyncRequest url file expectedStatuses setResponseCallback cookieJar CookieJar';
const HASHES = 'md4 md5 sha1 sha256 sha384 sha512 sha512_224 sha512_256 ripemd160';
const UTILS =
  'randomIntBetween randomItem randomString uuidv4 findBetween check parseDuration getCurrentStageIndex ' +
  'tagWithCurrentStageIndex tagWithCurrentStageProfile normalDistributionStages';
const HTTPX = 'Httpx Request Get Head Post Put Delete Connect Options Trace Patch';
const SESSION = 'request execute batch get head post put delete connect options trace patch'.split(' ');

interface Exports {
  blocking?: string[];
  /** Blocking methods of the module's objects. In a script that imports it, all methods of these names block. */
  methods?: string[];
  plain: string;
}

export const K6_MODULES: Record<string, Exports> = {
  k6: { blocking: ['sleep', 'group'], plain: 'check fail randomSeed' },
  'k6/http': { blocking: REQUESTS, plain: HTTP, methods: ['submitForm', 'clickLink'] },
  'k6/html': { plain: 'parseHTML' },
  'k6/ws': { blocking: ['connect'], plain: '' },
  'k6/websockets': { plain: 'WebSocket Blob' },
  'k6/metrics': { plain: 'Counter Gauge Rate Trend' },
  'k6/execution': {
    blocking: ['test.abort'],
    plain: 'scenario instance vu test.fail test.options',
  },
  'k6/crypto': { plain: `createHash createHMAC hmac hexEncode randomBytes ${HASHES}` },
  'k6/encoding': { plain: 'b64encode b64decode' },
  'k6/data': { plain: 'SharedArray' },
  'k6/timers': { plain: 'setTimeout clearTimeout setInterval clearInterval' },
  'k6/options': { plain: '' },
  'jslib/k6-utils': { plain: UTILS },
  'jslib/k6-summary': { plain: 'textSummary humanizeValue jUnit' },
  'jslib/k6-reporter': { plain: 'htmlReport' },
  'jslib/papaparse': { plain: 'parse unparse BAD_DELIMITERS RECORD_SEP UNIT_SEP WORKERS_SUPPORTED' },
  'jslib/k6chaijs': {
    blocking: ['describe'],
    plain: 'expect assert Assertion AssertionError util config use version',
  },
  'jslib/expect': { blocking: ['describe'], plain: 'FunkBrokenChainException' },
  'jslib/url': { plain: 'URL URLSearchParams' },
  'jslib/formdata': { plain: 'FormData' },
  'jslib/httpx': { plain: HTTPX, methods: SESSION },
};

/** The module's name in K6_MODULES; undefined for an import that is not supported. */
export function k6Module(specifier: string): string | undefined {
  const name = nameOf(specifier);
  return Object.hasOwn(K6_MODULES, name) ? name : undefined;
}

/** The blocking methods of the objects that come from an imported module. */
export function blockingMethodsOf(specifier: string): string[] {
  return K6_MODULES[k6Module(specifier) ?? '']?.methods ?? [];
}

/** The names of the module's top-level exports. */
export function exportsOf(module: string): string[] {
  const { blocking = [], plain } = K6_MODULES[module]!;
  const names = [...blocking, ...plain.split(' ').filter(Boolean)].map((name) => name.split('.')[0]!);
  return [...new Set(names)];
}

/** A TypeScript declaration of the module, in which the type `Blocking` marks blocking exports. */
export function declarationOf(module: string): string {
  const { blocking = [] } = K6_MODULES[module]!;
  const nested = (name: string) => blocking.filter((entry) => entry.startsWith(`${name}.`));
  const typeOf = (name: string) => {
    if (blocking.includes(name)) return 'Blocking';
    const members = nested(name).map((entry) => `${entry.slice(name.length + 1)}: Blocking;`);
    return members.length > 0 ? `{ ${members.join(' ')} [other: string]: any }` : 'any';
  };
  const names = exportsOf(module);
  return [
    'type Blocking = (...args: any[]) => any;',
    ...names.map((name) => `export declare const ${name}: ${typeOf(name)};`),
    `declare const all: { ${names.map((name) => `${name}: ${typeOf(name)};`).join(' ')} };`,
    'export default all;',
  ].join('\n');
}
