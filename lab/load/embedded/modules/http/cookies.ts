import { isIP } from 'node:net';
import { parseCookie } from 'undici';

/** Response.cookies, in k6's spelling. */
export interface ResponseCookie {
  name: string;
  value: string;
  domain: string;
  path: string;
  http_only: boolean;
  secure: boolean;
  /** Seconds; 0 when not given. */
  max_age: number;
  /** Milliseconds since the epoch. */
  expires: number;
}

interface StoredCookie {
  name: string;
  value: string;
  domain: string;
  hostOnly: boolean;
  path: string;
  secure: boolean;
  /** Milliseconds since the epoch; Infinity for a session cookie. */
  expires: number;
  order: number;
}

export interface CookieOptions {
  domain?: string;
  path?: string;
  expires?: string | Date;
  max_age?: number;
  secure?: boolean;
}

/** k6's value for a cookie without Expires: Go's zero time after an overflow. */
const NO_EXPIRY = -6795364578871;

export function readCookies(setCookies: string[]): Record<string, ResponseCookie[]> {
  const cookies: Record<string, ResponseCookie[]> = {};
  for (const text of setCookies) {
    const cookie = parseCookie(text);
    if (!cookie) continue;
    (cookies[cookie.name] ??= []).push({
      name: cookie.name,
      value: cookie.value,
      domain: cookie.domain ?? '',
      path: cookie.path ?? '',
      http_only: cookie.httpOnly ?? false,
      secure: cookie.secure ?? false,
      max_age: cookie.maxAge ?? 0,
      expires: cookie.expires ? new Date(cookie.expires).getTime() : NO_EXPIRY,
    });
  }
  return cookies;
}

/** A negative age deletes the cookie, but undici's parser drops it. */
const NEGATIVE_AGE = /;\s*max-age\s*=\s*-/i;

/** A cookie jar by RFC 6265, like Go's net/http/cookiejar without a public suffix list. */
export class CookieJar {
  private readonly stored = new Map<string, StoredCookie>();
  private order = 0;

  get isEmpty(): boolean {
    return this.stored.size === 0;
  }

  reset(): void {
    this.stored.clear();
  }

  cookiesForURL(url: string): Record<string, string[]> {
    const found: Record<string, string[]> = {};
    for (const { name, value } of this.matching(new URL(url))) (found[name] ??= []).push(value);
    return found;
  }

  set(url: string, name: string, value: string, options: CookieOptions = {}): boolean {
    const expires = options.expires ? new Date(options.expires).getTime() : undefined;
    return this.put(new URL(url), {
      name,
      value: String(value),
      ...options,
      maxAge: options.max_age,
      expires,
    });
  }

  clear(url: string): void {
    for (const cookie of this.matching(new URL(url))) this.stored.delete(keyOf(cookie));
  }

  delete(url: string, name: string): void {
    for (const cookie of this.matching(new URL(url)))
      if (cookie.name === name) this.stored.delete(keyOf(cookie));
  }

  /** Stores the cookies that a response sets. */
  receive(url: URL, setCookies: string[]): void {
    for (const text of setCookies) {
      const cookie = parseCookie(text);
      if (!cookie) continue;
      const expires = cookie.expires && new Date(cookie.expires).getTime();
      this.put(url, { ...cookie, expires: NEGATIVE_AGE.test(text) ? 0 : expires });
    }
  }

  /** The cookies to send, longest path first. */
  matching(url: URL): { name: string; value: string; domain: string; path: string }[] {
    const now = Date.now();
    return [...this.stored.values()]
      .filter((cookie) => cookie.expires > now && matches(cookie, url))
      .sort((a, b) => b.path.length - a.path.length || a.order - b.order);
  }

  private put(url: URL, cookie: NewCookie): boolean {
    const host = url.hostname;
    const domain = (cookie.domain ?? '').replace(/^\./, '').toLowerCase();
    if (domain !== '' && domain !== host && (isIP(host) || !host.endsWith(`.${domain}`))) return false;
    const stored = {
      name: cookie.name,
      value: cookie.value,
      domain: domain || host,
      hostOnly: domain === '' || isIP(host) !== 0,
      path: cookie.path?.startsWith('/') ? cookie.path : defaultPath(url.pathname),
      secure: cookie.secure ?? false,
      expires: expiryOf(cookie),
      order: this.order++,
    };
    const key = keyOf(stored);
    const previous = this.stored.get(key);
    if (stored.expires <= Date.now()) this.stored.delete(key);
    else this.stored.set(key, previous ? { ...stored, order: previous.order } : stored);
    return true;
  }
}

interface NewCookie {
  name: string;
  value: string;
  domain?: string;
  path?: string;
  secure?: boolean;
  maxAge?: number;
  expires?: number;
}

function expiryOf({ maxAge, expires }: NewCookie): number {
  if (maxAge !== undefined) return maxAge <= 0 ? 0 : Date.now() + maxAge * 1000;
  return expires ?? Infinity;
}

const keyOf = ({ domain, path, name }: { domain: string; path: string; name: string }) =>
  `${domain};${path};${name}`;

function matches(cookie: StoredCookie, url: URL): boolean {
  if (cookie.secure && url.protocol !== 'https:') return false;
  const { hostname, pathname } = url;
  const sameHost = cookie.domain === hostname || (!cookie.hostOnly && hostname.endsWith(`.${cookie.domain}`));
  if (!sameHost || !pathname.startsWith(cookie.path)) return false;
  return pathname === cookie.path || cookie.path.endsWith('/') || pathname[cookie.path.length] === '/';
}

function defaultPath(pathname: string): string {
  const slash = pathname.lastIndexOf('/');
  return slash <= 0 ? '/' : pathname.slice(0, slash);
}
