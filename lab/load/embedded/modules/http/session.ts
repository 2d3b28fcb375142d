import { LabError } from '../../../../model/errors';
import type { Runtime } from '../../script/runtime';
import { GoError } from '../go-error';
import { Targets } from '../net/targets';
import { sleep } from '../sleep';
import { type HttpCall, type CallDefaults, readCall, type ResponseCallback } from './call';
import { Connections } from './connection';
import { CookieJar } from './cookies';
import { type Failure, INVALID_URL, invalidUrl, NO_HOST, outcomeOf, unsupportedScheme } from './errors';
import { Exchange, timingsOf } from './exchange';
import { canonicalName, headerValues } from './headers';
import { Response, type SentRequest } from './response';

/** The statuses that count as success by default. */
export const DEFAULT_CALLBACK: ResponseCallback = { expects: (status) => status >= 200 && status < 400 };

/** Stands for an invalid URL, so that the path in the aggregates is '/'. */
const NOWHERE = new URL('http://invalid/');

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Statuses that keep the method and body of the redirected request. */
const KEEPS_METHOD = new Set([307, 308]);

/** One hop of a request: its URL, method and body. */
interface Hop {
  url: URL;
  method: string;
  body: Buffer | undefined;
  referer: string | undefined;
  /** Whether the host is the one that the script named. Only then may credentials be sent there. */
  sameHost: boolean;
}

/** The HTTP side of one VU: its connections, cookies and calls. */
export class HttpSession implements CallDefaults {
  readonly jar = new CookieJar();
  callback: ResponseCallback = DEFAULT_CALLBACK;
  private opened: Connections | undefined;
  private readonly targets: Targets;

  constructor(private readonly runtime: Runtime) {
    this.targets = new Targets(runtime);
    runtime.onIteration(() => {
      if (!this.options.noCookiesReset) this.jar.reset();
      if (this.options.noVUConnectionReuse) this.connections.close();
    });
  }

  /** Created on first use, because the options are known only after the first init context. */
  get connections(): Connections {
    return (this.opened ??= new Connections(this.options));
  }

  get options() {
    return this.runtime.shared.client;
  }

  /**
   * Reads a call's arguments and returns a function that sends it. @throws Error for arguments that k6
   * rejects.
   */
  prepare(
    method: string,
    url: unknown,
    body: unknown,
    params: unknown,
  ): { host: string; run: () => Promise<Response> } {
    if (this.runtime.phase === 'init')
      throw new GoError('Making http requests in the init context is not supported');
    const call = this.read(method, url, body, params);
    if (call instanceof Response) return { host: '', run: () => this.settle(call) };
    const target = parseUrl(call.url);
    if (!(target instanceof URL)) return { host: '', run: () => this.reject(call, target) };
    if (!this.targets.permits(target)) return { host: '', run: () => this.targets.forbid(target) };
    return { host: target.host, run: () => this.send(call, target) };
  }

  /** Reads the arguments before the VU is suspended, so that errors have the script's own stack. */
  request(method: string, url: unknown, body?: unknown, params?: unknown): Promise<Response> {
    const { run } = this.prepare(method, url, body, params);
    return this.runtime.block(run);
  }

  /** The call, or k6's response to invalid arguments. */
  private read(method: string, url: unknown, body: unknown, params: unknown): HttpCall | Response {
    try {
      return readCall(method, url, body, params, this);
    } catch (error) {
      if (error instanceof LabError || this.options.throw) throw error;
      return new Response({ error: (error as Error).message, code: 0 });
    }
  }

  private async send(call: HttpCall, url: URL): Promise<Response> {
    const { rateLimit } = this.runtime.shared;
    if (rateLimit) await sleep(this.runtime, rateLimit.reserve(this.now()));
    const deadline = this.now() + call.timeoutMs;
    let hop: Hop = { url, method: call.method, body: call.body?.bytes, referer: undefined, sameHost: true };
    let first: SentHeaders | undefined;
    for (let redirects = 0; ; redirects++) {
      const sent = this.headersOf(call, hop);
      first ??= sent;
      const exchange = await this.exchange(hop, sent.headers, deadline);
      const shown = redirects === 0 ? call.url : hop.url.href;
      const response = this.record(exchange, call, hop, shown, first);
      const setCookies = exchange.setCookies;
      if (setCookies.length > 0) call.jar.receive(hop.url, setCookies);
      const next = exchange.failure ? undefined : nextHop(exchange, hop);
      if (!next || call.redirects === 0) return this.settle(response);
      if (redirects >= call.redirects) {
        this.runtime.shared.log.once(
          `warning: stopped after ${redirects} redirects and returned the redirection`,
        );
        return response;
      }
      if (!this.targets.permits(next.url)) return this.targets.forbid(next.url);
      hop = next;
    }
  }

  private exchange(hop: Hop, headers: string[], deadline: number): Promise<Exchange> {
    return new Promise((resolve) => {
      const exchange = this.newExchange(hop, headers, deadline, (ended) => {
        this.runtime.finish(ended);
        resolve(ended);
      });
      this.runtime.start(exchange);
      exchange.start();
    });
  }

  private newExchange(
    hop: Hop,
    headers: string[],
    deadline: number,
    done: (exchange: Exchange) => void,
  ): Exchange {
    const { origin, pathname, search } = hop.url;
    const close = this.options.noConnectionReuse;
    const request = {
      method: hop.method,
      origin,
      path: pathname + search,
      headers,
      body: hop.body,
      close,
      deadline,
    };
    return new Exchange(request, this.connections, () => this.now(), done);
  }

  private record(exchange: Exchange, call: HttpCall, hop: Hop, shown: string, sent: SentHeaders): Response {
    const { host, metrics } = this.runtime.shared;
    const timings = timingsOf(exchange, hop.url.protocol === 'https:');
    const url = hideCredentials(shown);
    metrics.add(exchange, call, url, timings, this.runtime.tagSet);
    const { status, failure } = exchange;
    host.onRequest({
      scenario: this.runtime.context!.scenario,
      name: call.name ?? hop.url.pathname,
      outcome: failure ? failure.outcome : outcomeOf(status),
      status,
      durationMs: timings.duration,
      startDelayMs: this.runtime.context!.startDelayMs,
    });
    return new Response(undefined, {
      exchange,
      call,
      url: shown,
      timings,
      request: () => sentRequest(call, sent),
      send: (...request) => this.request(...request),
      callBack: (run) => this.runtime.callBack(run).result,
    });
  }

  private async settle(response: Response): Promise<Response> {
    if (response.status > 0) return response;
    const { call, error } = response;
    const text = call
      ? `${call.method[0]}${call.method.slice(1).toLowerCase()} "${call.url}": ${error}`
      : error;
    if (call?.throws) throw new GoError(text);
    this.runtime.shared.log.once(`warning: Request Failed: ${text}`);
    return response;
  }

  /** Like k6, counts a request that cannot be sent as failed, except when its URL cannot be parsed. */
  private async reject(call: HttpCall, failure: Failure): Promise<Response> {
    if (failure.code === INVALID_URL) return this.settle(new Response(failure));
    const { method, url } = call;
    const hop = { url: NOWHERE, method, body: undefined, referer: undefined, sameHost: true };
    const exchange = this.newExchange(hop, [], 0, () => undefined);
    exchange.failure = failure;
    exchange.ended = this.now();
    return this.settle(this.record(exchange, call, hop, url, { headers: [], cookies: [] }));
  }

  private headersOf(call: HttpCall, { url, method, body, referer, sameHost }: Hop): SentHeaders {
    const headers: string[] = [];
    const own = new Set<string>();
    for (const [name, value] of call.headers) {
      const dropped =
        name === 'Content-Length' || (!sameHost && (name === 'Authorization' || name === 'Cookie'));
      if (dropped || (!body && method === 'GET' && name === 'Content-Type' && referer !== undefined))
        continue;
      own.add(name);
      if (name !== 'Cookie') headers.push(name, value);
    }
    if (!own.has('User-Agent') && this.options.userAgent !== '')
      headers.push('User-Agent', this.options.userAgent);
    if (body && call.body?.contentType && !own.has('Content-Type'))
      headers.push('Content-Type', call.body.contentType);
    if (sameHost && !own.has('Authorization')) pushAuthorization(headers, url);
    const cookies = this.cookiesOf(call, url);
    const given = own.has('Cookie')
      ? call.headers.filter(([name]) => name === 'Cookie').map(([, value]) => value)
      : [];
    const all = [...given, ...cookies.map(({ name, value }) => `${name}=${value}`)];
    if (all.length > 0) headers.push('Cookie', all.join('; '));
    if (referer !== undefined) headers.push('Referer', referer);
    return { headers, cookies };
  }

  private cookiesOf(call: HttpCall, url: URL): { name: string; value: string }[] {
    const stored = call.jar.isEmpty ? [] : call.jar.matching(url);
    if (call.cookies.length === 0) return stored;
    const replaced = new Set(call.cookies.filter(({ replace }) => replace).map(({ name }) => name));
    return [...call.cookies, ...stored.filter(({ name }) => !replaced.has(name))];
  }

  private now(): number {
    return this.runtime.shared.host.now();
  }

  close(): void {
    this.opened?.close();
  }
}

interface SentHeaders {
  /** Names and values in turn. */
  headers: string[];
  cookies: { name: string; value: string }[];
}

const MAX_URLS = 4096;
const urls = new Map<string, URL | Failure>();

/** Caches parsed URLs: parsing costs more than a lookup, and load scripts request few different URLs. */
function parseUrl(text: string): URL | Failure {
  const known = urls.get(text);
  if (known) return known;
  if (urls.size >= MAX_URLS) urls.clear();
  const url = readUrl(text);
  urls.set(text, url);
  return url;
}

function readUrl(text: string): URL | Failure {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase() ?? '';
  if (scheme !== 'http' && scheme !== 'https') return unsupportedScheme(scheme);
  if (/^https?:\/\/([/?#]|$)/i.test(text)) return NO_HOST;
  try {
    return new URL(text);
  } catch {
    return invalidUrl(text);
  }
}

/** Replaces credentials like k6, which shows `http://****:****@host/` in tags. */
function hideCredentials(url: string): string {
  return url.includes('@') ? url.replace(/^(https?:\/\/)[^/?#]*@/, '$1****:****@') : url;
}

function pushAuthorization(headers: string[], { username, password }: URL): void {
  if (username === '' && password === '') return;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  headers.push('Authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
}

function nextHop(exchange: Exchange, hop: Hop): Hop | undefined {
  const { status, rawHeaders } = exchange;
  if (!REDIRECTS.has(status)) return undefined;
  const [location] = headerValues(rawHeaders, 'location');
  if (location === undefined) return undefined;
  const url = new URL(location, hop.url);
  const keeps = KEEPS_METHOD.has(status) || hop.method === 'HEAD' || hop.method === 'GET';
  return {
    url,
    method: keeps ? hop.method : 'GET',
    body: KEEPS_METHOD.has(status) ? hop.body : undefined,
    referer: url.protocol === 'http:' && hop.url.protocol === 'https:' ? undefined : hop.url.href,
    sameHost: hop.sameHost && url.hostname === hop.url.hostname,
  };
}

function sentRequest(call: HttpCall, { headers, cookies }: SentHeaders): SentRequest {
  const shown: Record<string, string[]> = {};
  for (let i = 0; i + 1 < headers.length; i += 2)
    (shown[canonicalName(headers[i]!)] ??= []).push(headers[i + 1]!);
  const sent: SentRequest['cookies'] = {};
  for (const { name, value } of cookies) (sent[name] ??= []).push({ name, value, replace: false });
  return {
    method: call.method,
    url: call.url,
    headers: shown,
    body: call.body?.bytes.toString() ?? '',
    cookies: sent,
  };
}
