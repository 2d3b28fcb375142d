/**
 * The exports of the k6 modules, for the transform. A blocking export suspends the VU and is awaited.
 * A dotted name is a property of an exported object.
 */
const REQUESTS = ['get', 'post', 'put', 'patch', 'del', 'head', 'options', 'request', 'batch'];
const HTTP = 'asyncRequest url file expectedStatuses setResponseCallback cookieJar CookieJar';
const HASHES = 'md4 md5 sha1 sha256 sha384 sha512 sha512_224 sha512_256 ripemd160';
const UTILS = 'randomIntBetween randomItem randomString uuidv4 findBetween';

interface Exports {
  blocking?: string[];
  plain: string;
}

export const K6_MODULES: Record<string, Exports> = {
  k6: { blocking: ['sleep', 'group'], plain: 'check fail randomSeed' },
  'k6/http': { blocking: REQUESTS, plain: HTTP },
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
};

const JSLIB = /^https:\/\/jslib\.k6\.io\/(k6-utils|k6-summary)\/[\d.]+\/index\.js$/;

/** The module's name in K6_MODULES; undefined for an import that is not supported. */
export function k6Module(specifier: string): string | undefined {
  if (Object.hasOwn(K6_MODULES, specifier)) return specifier;
  const library = JSLIB.exec(specifier)?.[1];
  return library && `jslib/${library}`;
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
