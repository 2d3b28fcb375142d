import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);
const COOKIE = 'lab-token';

export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host);
}

/**
 * Whether a request names this server as a browser does that was sent here on purpose. A foreign name that
 * resolves to this address (DNS rebinding) does not count. An address cannot be rebound.
 */
export function isAskedFor({ headers }: IncomingMessage, host: string): boolean {
  const name = (headers.host ?? '')
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  if (isLoopback(host)) return LOOPBACK.has(name);
  return name === host.toLowerCase() || LOOPBACK.has(name) || isIP(name) !== 0;
}

/** The token comes once in the address, and then in a cookie. */
export function tokenIn({ headers }: IncomingMessage, url: URL): string | undefined {
  const cookies = (headers.cookie ?? '').split(/; */).map((pair) => pair.split('='));
  return url.searchParams.get('token') ?? cookies.find(([name]) => name === COOKIE)?.[1];
}

export function isRight(token: string | undefined, expected: string): boolean {
  const [given, wanted] = [Buffer.from(token ?? ''), Buffer.from(expected)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

export function cookieOf(token: string): string {
  return `${COOKIE}=${token}; HttpOnly; SameSite=Strict; Path=/`;
}
