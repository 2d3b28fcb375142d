import { Cookie, CookieJar as Jar, MemoryCookieStore, type CreateCookieJarOptions } from 'tough-cookie';
import { parseCookie } from 'undici';
import { GoError } from '../go-error';

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

/**
 * Go's net/http/cookiejar without a public suffix list, as k6 uses it. Unlike browsers, it has no prefixes with
 * a meaning, and it takes secure cookies over HTTP but does not send them there.
 */
const LIKE_GO: CreateCookieJarOptions = {
  rejectPublicSuffixes: false,
  allowSpecialUseDomain: true,
  prefixSecurity: 'unsafe-disabled',
  enforceSecureOriginOnStorage: false,
  allowSecureOnLocal: false,
};

/** k6's CookieJar. */
export class CookieJar {
  #store = new MemoryCookieStore();
  #jar = new Jar(this.#store, LIKE_GO);
  #isEmpty = true;

  /** Whether nothing was stored since the last reset. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  reset(): void {
    if (this.#isEmpty) return;
    this.#store = new MemoryCookieStore();
    this.#jar = new Jar(this.#store, LIKE_GO);
    this.#isEmpty = true;
  }

  cookiesForURL(url: string): Record<string, string[]> {
    const found: Record<string, string[]> = {};
    for (const { name, value } of this.matching(new URL(url))) (found[name] ??= []).push(value);
    return found;
  }

  set(url: string, name: string, value: string, options: CookieOptions = {}): boolean {
    const { domain, path, expires, max_age: maxAge, secure = false } = options;
    const cookie = new Cookie({
      key: name,
      value: String(value),
      domain: domain || null,
      path: path?.startsWith('/') ? path : null,
      secure,
      expires: expires ? dateOf(expires) : 'Infinity',
      ...(maxAge !== undefined && { maxAge }),
    });
    return this.#put(cookie, url);
  }

  clear(url: string): void {
    this.#remove(this.#find(new URL(url)));
  }

  delete(url: string, name: string): void {
    this.#remove(this.#find(new URL(url)).filter(({ key }) => key === name));
  }

  /** Stores the cookies that a response sets. */
  receive(url: URL, setCookies: string[]): void {
    for (const text of setCookies) this.#put(text, url.href);
  }

  /** The cookies to send, longest path first. */
  matching(url: URL): { name: string; value: string }[] {
    return this.#find(url).map(({ key, value }) => ({ name: key, value }));
  }

  #find(url: URL): Cookie[] {
    return this.#isEmpty ? [] : this.#jar.getCookiesSync(url.href);
  }

  #put(cookie: string | Cookie, url: string): boolean {
    const isStored = this.#jar.setCookieSync(cookie, url, { ignoreError: true }) !== undefined;
    if (isStored) this.#isEmpty = false;
    return isStored;
  }

  #remove(cookies: Cookie[]): void {
    for (const { domain, path, key } of cookies) void this.#store.removeCookie(domain!, path!, key);
  }
}

function dateOf(expires: string | Date): Date {
  const date = new Date(expires);
  if (Number.isNaN(date.getTime()))
    throw new GoError(`unable to parse "expires" date string "${String(expires)}"`);
  return date;
}
