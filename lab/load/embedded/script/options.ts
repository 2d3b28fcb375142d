import { z } from 'zod';
import { LabError } from '../../../model/errors';
import { cipherSuitesOption } from '../modules/net/cipher-suites';
import { hostsOption } from '../modules/net/hosts';
import { tlsAuthOption, tlsVersionOption } from '../modules/net/tls';
import { blankable, integer } from '../options/fields';

/** Tags that k6 sets by itself unless `systemTags` selects others. */
export const SYSTEM_TAGS =
  'proto subproto status method url name group check error error_code tls_version scenario service expected_response'.split(
    ' ',
  );

/** Options that the http module and the VUs use, with k6's defaults. */
const CLIENT = z.looseObject({
  batch: blankable(integer(1).default(20)),
  batchPerHost: blankable(integer(1).default(6)),
  discardResponseBodies: z.boolean().default(false),
  hosts: hostsOption,
  insecureSkipTLSVerify: z.boolean().default(false),
  maxRedirects: blankable(integer(0).default(10)),
  noConnectionReuse: z.boolean().default(false),
  noCookiesReset: z.boolean().default(false),
  noVUConnectionReuse: z.boolean().default(false),
  /** Requests per second of all VUs together. Like k6, no limit from 0 down. */
  rps: blankable(integer().default(0)),
  throw: z.boolean().default(false),
  tlsAuth: tlsAuthOption,
  tlsCipherSuites: cipherSuitesOption,
  tlsVersion: tlsVersionOption,
  userAgent: z.string().default('backend-under-load'),
  tags: z.record(z.string(), z.coerce.string()).default({}),
  systemTags: z
    .array(z.string())
    .default(SYSTEM_TAGS)
    .transform((names) => new Set(names)),
});
export type ClientOptions = z.infer<typeof CLIENT>;

/** Options that change the load in a way that the embedded load generator does not support, and why. */
const REFUSED: Record<string, string> = {
  blacklistIPs: 'requests are not filtered by address',
  blockHostnames: 'requests are not filtered by name',
  executionSegment: 'a load is not divided between instances',
  executionSegmentSequence: 'a load is not divided between instances',
  localIPs: 'the system chooses the source address',
  paused: 'a load starts at once',
};

/** Options that the executors use, or that change neither the load nor the measurements. */
const KNOWN = new Set(
  (
    'scenarios stages vus duration iterations thresholds setupTimeout teardownTimeout noSetup noTeardown ' +
    'minIterationDuration summaryTrendStats summaryTimeUnit cloud ext dns httpDebug linger noUsageReport'
  ).split(' '),
);

/**
 * Reads the part of a script's options that the VUs need.
 * @param log receives warnings about ignored options.
 * @throws LabError (usage) for an option that is refused or has a wrong type.
 */
export function clientOptions(options: Record<string, unknown>, log: (line: string) => void): ClientOptions {
  for (const [name, value] of Object.entries(options)) {
    if (value === null || value === undefined) continue;
    if (name in REFUSED) {
      const hint = 'Remove the option, or run the script with k6 (--load k6).';
      throw new LabError(`the option '${name}' is not supported: ${REFUSED[name]}`, 'usage', hint);
    }
    if (!KNOWN.has(name) && !(name in CLIENT.shape))
      log(`warning: the option '${name}' is unknown and ignored`);
  }
  const present = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
  const result = CLIENT.safeParse(present);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const { path, message } = issue!;
  throw new LabError(
    `the option '${path.join('.')}' is ${shown(options, path)}: ${message}`,
    'usage',
    'Fix the script.',
  );
}

/** The value at a path, except in `tlsAuth`, which contains secrets. */
function shown(options: Record<string, unknown>, path: PropertyKey[]): string {
  if (path[0] === 'tlsAuth') return 'not valid';
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], options);
  return JSON.stringify(value);
}
