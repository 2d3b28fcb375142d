import { type ConnectionOptions, createSecureContext, type SecureVersion } from 'node:tls';
import { z } from 'zod';
import { cipherList, type cipherSuitesOption } from './cipher-suites';

const VERSIONS = {
  'tls1.0': 'TLSv1',
  'tls1.1': 'TLSv1.1',
  'tls1.2': 'TLSv1.2',
  'tls1.3': 'TLSv1.3',
} as const;
const NAMES = Object.keys(VERSIONS) as (keyof typeof VERSIONS)[];
const RANGE = `one of ${NAMES.join(', ')}, or { min, max } with two of them`;

const version = z.enum(['', ...NAMES], { error: RANGE }).transform((name) => name || undefined);

/** The option `tlsVersion`: one version, or the oldest and the newest. */
export const tlsVersionOption = z
  .union(
    [
      version.transform((name) => ({ min: name, max: name })),
      z.strictObject({ min: version.optional(), max: version.optional() }),
    ],
    { error: RANGE },
  )
  .refine(({ min, max }) => !min || !max || min <= max, { error: 'a range whose min is not above its max' })
  .optional();

const TEXT = { error: 'a text in PEM format' };

/** The option `tlsAuth`: client certificates. */
export const tlsAuthOption = z
  .array(
    z
      .object({
        cert: z.string(TEXT),
        key: z.string(TEXT),
        password: z.string({ error: 'a string' }).nullish(),
        domains: z.array(z.string(), { error: 'a list of host names' }).nullish(),
      })
      .superRefine(({ cert, key, password }, context) => {
        try {
          createSecureContext({ cert, key, passphrase: password ?? undefined });
        } catch (error) {
          context.addIssue({
            code: 'custom',
            message: `a certificate with its key (${(error as Error).message})`,
          });
        }
      }),
    { error: 'a list of { cert, key }' },
  )
  .refine((list) => list.length < 2 || list.every(({ domains }) => domains?.length), {
    error: 'one certificate, or several that each name their domains',
  })
  .default([]);

export interface TlsOptions {
  insecureSkipTLSVerify: boolean;
  tlsVersion?: z.output<typeof tlsVersionOption>;
  tlsCipherSuites?: z.output<typeof cipherSuitesOption>;
  tlsAuth: z.output<typeof tlsAuthOption>;
}

/** What Node's TLS needs for a connection to this host. */
export function tlsSettings(options: TlsOptions, hostname: string): ConnectionOptions {
  const { min, max } = options.tlsVersion ?? {};
  return {
    rejectUnauthorized: !options.insecureSkipTLSVerify,
    ...(min && { minVersion: VERSIONS[min] as SecureVersion }),
    ...(max && { maxVersion: VERSIONS[max] as SecureVersion }),
    ...ciphersFor(min, cipherList(options.tlsCipherSuites)),
    ...certificateFor(options.tlsAuth, hostname),
  };
}

/** OpenSSL allows the versions before 1.2 only at its lowest security level. */
function ciphersFor(min: string | undefined, list: string | undefined): ConnectionOptions {
  if (min && min < 'tls1.2') return { ciphers: `${list ?? 'DEFAULT'}:@SECLEVEL=0` };
  return list === undefined ? {} : { ciphers: list };
}

/** Like k6, sends the only certificate to every server that asks for one. */
function certificateFor(auth: TlsOptions['tlsAuth'], hostname: string): ConnectionOptions {
  const found =
    auth.length === 1
      ? auth[0]
      : auth.find(({ domains }) => domains?.some((domain) => covers(domain, hostname)));
  if (!found) return {};
  const { cert, key, password } = found;
  return { cert, key, ...(password && { passphrase: password }) };
}

function covers(domain: string, hostname: string): boolean {
  if (!domain.startsWith('*.')) return domain.toLowerCase() === hostname;
  return hostname.endsWith(domain.slice(1).toLowerCase()) && hostname.length >= domain.length;
}
