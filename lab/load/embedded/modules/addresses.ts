/** Modules that scripts import by an address. None of them is fetched: each has a counterpart here. */
const JSLIB = /^https:\/\/jslib\.k6\.io\/([\w-]+)\/[\w.-]+\/index\.js$/;
const LIBRARIES = 'k6-utils k6-summary papaparse k6chaijs expect functional url formdata httpx';
/** The places that serve the bundle of benc-uk/k6-reporter, in any version. */
const REPORTER = new RegExp(
  `^https://(${[
    'raw\\.githubusercontent\\.com/benc-uk/k6-reporter/.+',
    'github\\.com/benc-uk/k6-reporter/(raw|releases/download)/.+',
    'cdn\\.jsdelivr\\.net/gh/benc-uk/k6-reporter(@[^/]+)?(/.+)?',
  ].join('|')})/bundle\\.js$`,
);

/** Names that mean the same module. */
const ALIASES: Record<string, string> = {
  'jslib/functional': 'jslib/expect',
  'k6/experimental/websockets': 'k6/websockets',
};

/** The name of the module that an import means: the import itself, or the counterpart of an address. */
export function nameOf(specifier: string): string {
  const library = JSLIB.exec(specifier)?.[1];
  const name = LIBRARIES.split(' ').includes(library ?? '') ? `jslib/${library}` : specifier;
  if (REPORTER.test(specifier)) return 'jslib/k6-reporter';
  return ALIASES[name] ?? name;
}

const USE_K6 = 'Run the script with k6 (--load k6).';
const REFUSED: [pattern: RegExp, why: string, hint: string][] = [
  [
    /^k6\/(experimental\/)?browser/,
    'the load generator has no browser',
    `Send the requests of the page with k6/http. Or: ${USE_K6}`,
  ],
  [/^k6\/x\//, 'extensions of k6 are compiled into k6', `Use a k6 with this extension (--load k6).`],
  [/^k6\/(net|experimental)\/grpc/, 'the load generator does not speak gRPC', USE_K6],
  [
    /^https?:/,
    'the load generator fetches no modules',
    `Save the module beside the script and import it from there. Known by their addresses on jslib.k6.io: ${LIBRARIES.replaceAll(' ', ', ')}; and benc-uk/k6-reporter.`,
  ],
];

/** Why an import is not supported, and what to do. */
export function refusalOf(specifier: string): { why?: string; hint?: string } {
  const [, why, hint] = REFUSED.find(([pattern]) => pattern.test(specifier)) ?? [];
  return { why, hint };
}
