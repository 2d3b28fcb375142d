import { STATUS_CODES } from 'node:http';
import { select } from '../gjson';
import { GoError } from '../go-error';
import { type Page, parseHTML, type Selection } from '../html/selection';
import { toArrayBuffer } from './body';
import type { HttpCall } from './call';
import { readCookies } from './cookies';
import type { Exchange, Timings } from './exchange';
import { formRequest, linkRequest, type Request } from './forms';
import { readHeaders } from './headers';

const NO_OCSP = Object.freeze({
  produced_at: 0,
  this_update: 0,
  next_update: 0,
  revoked_at: 0,
  revocation_reason: '',
  status: '',
});

const NO_TIMINGS: Timings = Object.freeze({
  duration: 0,
  blocked: 0,
  looking_up: 0,
  connecting: 0,
  tls_handshaking: 0,
  sending: 0,
  waiting: 0,
  receiving: 0,
});

/** Response.request: the sent request. */
export interface SentRequest {
  method: string;
  url: string;
  headers: Record<string, string[]>;
  body: string;
  cookies: Record<string, { name: string; value: string; replace: boolean }[]>;
}

/** A request that was sent, or at least counted. */
interface Sent {
  exchange: Exchange;
  call: HttpCall;
  /** The URL that answered, after redirects. */
  url: string;
  timings: Timings;
  request: () => SentRequest;
  /** Sends another request of the same VU, for submitForm and clickLink. */
  send: (...request: Request) => Promise<Response>;
  /** Calls a function of the script. */
  callBack: Page['call'];
}

/** Statuses whose responses have no body. */
const BODILESS = new Set([204, 304]);

/**
 * k6's Response. Headers, cookies, body and request are decoded when they are read. As in k6, they and the methods
 * are properties of the object itself, so `{ ...response }` has them.
 */
export class Response {
  readonly status: number;
  readonly status_text: string;
  readonly proto: string;
  readonly url: string;
  readonly timings: Timings;
  readonly remote_ip: string;
  readonly remote_port: number;
  readonly tls_version: string;
  readonly tls_cipher_suite: string;
  error: string;
  error_code: number;
  readonly #sent: Sent | undefined;
  #parsedBody: { value: unknown } | undefined;

  /** @param rejection why nothing was sent; `sent` is then undefined. */
  constructor(rejection: { error: string; code: number } | undefined, sent?: Sent) {
    const { status = 0, statusText = '', failure = rejection, connection } = sent?.exchange ?? {};
    this.status = status;
    this.status_text = status > 0 ? `${status} ${statusText || (STATUS_CODES[status] ?? '')}` : '';
    this.proto = status > 0 ? 'HTTP/1.1' : '';
    this.url = sent?.url ?? '';
    this.timings = sent?.timings ?? NO_TIMINGS;
    this.remote_ip = connection?.remoteAddress ?? '';
    this.remote_port = connection?.remotePort ?? 0;
    this.tls_version = connection?.tlsVersion ?? '';
    this.tls_cipher_suite = connection?.tlsCipherSuite ?? '';
    this.error = failure?.error ?? '';
    this.error_code = failure?.code ?? errorCodeOf(status);
    this.#sent = sent;
    Object.defineProperties(this, Response.#OWN);
    Object.preventExtensions(this); // as in k6, a script cannot add properties
  }

  declare headers: Record<string, string>;
  declare cookies: unknown;
  declare body: string | ArrayBuffer | null;
  declare request: SentRequest | null;
  declare ocsp: typeof NO_OCSP;
  declare json: (selector?: string) => unknown;
  declare html: (selector?: string) => Selection;
  declare submitForm: (options?: Record<string, unknown>) => Promise<Response>;
  declare clickLink: (options?: Record<string, unknown>) => Promise<Response>;

  static readonly #OWN: PropertyDescriptorMap = {
    headers: own('headers', (response) => readHeaders(response.#sent?.exchange.rawHeaders ?? [])),
    cookies: own('cookies', (response) => readCookies(response.#sent?.exchange.setCookies ?? [])),
    body: own('body', (response) => response.#readBody()),
    request: own('request', (response) => response.#sent?.request() ?? null),
    ocsp: own('ocsp', () => NO_OCSP),
    json: own('json', (response) => (selector?: string) => response.#json(selector)),
    html: own('html', (response) => (selector?: string) => response.#html(selector)),
    submitForm: own('submitForm', (response) => (options?: Record<string, unknown>) => {
      return response.#sent!.send(...formRequest(response, options));
    }),
    clickLink: own('clickLink', (response) => (options?: Record<string, unknown>) => {
      return response.#sent!.send(...linkRequest(response, options));
    }),
  };

  /** The call that this response answers. Not part of k6's interface. */
  get call(): HttpCall | undefined {
    return this.#sent?.call;
  }

  #readBody(): string | ArrayBuffer | null {
    if (!this.#sent || BODILESS.has(this.status)) return null;
    const { exchange, call } = this.#sent;
    const { chunks, failure } = exchange;
    if (call.responseType === 'none' || (failure && chunks.length === 0)) return null;
    const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    return call.responseType === 'binary' ? toArrayBuffer(bytes) : bytes.toString();
  }

  /**
   * The body parsed as JSON, or the part of it at a gjson path. @throws Error when the body is not JSON; with a
   * path, the result is then undefined.
   */
  #json(selector?: string): unknown {
    if (selector === undefined) return this.#parsed();
    try {
      return select(this.#parsed(), selector);
    } catch (error) {
      if (this.body === null) throw error;
      return undefined;
    }
  }

  #parsed(): unknown {
    return (this.#parsedBody ??= { value: this.#parse() }).value;
  }

  #parse(): unknown {
    const text = this.#text('JSON');
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw new GoError(`cannot parse json due to an error: ${(error as Error).message}`);
    }
  }

  #text(target: string): string {
    const { body } = this;
    if (body === null) {
      throw new GoError(
        `the body is null so we can't transform it to ${target} - this likely was because of a request error getting the response`,
      );
    }
    return typeof body === 'string' ? body : Buffer.from(body).toString();
  }

  /** The body parsed as HTML, or the part of it that a selector matches. */
  #html(selector?: string): Selection {
    const text = this.#text('HTML');
    const page = parseHTML(text, { url: this.url, call: this.#sent!.callBack });
    return selector === undefined ? page : page.find(selector);
  }

  toJSON(): Record<string, unknown> {
    const { remote_ip, remote_port, url, status, status_text, proto, headers, cookies, body, timings } = this;
    const { tls_version, tls_cipher_suite, ocsp, error, error_code, request } = this;
    const head = { remote_ip, remote_port, url, status, status_text, proto, headers, cookies, body, timings };
    return { ...head, tls_version, tls_cipher_suite, ocsp, error, error_code, request };
  }
}

/** k6's error code for a status: 1404 for 404. */
export function errorCodeOf(status: number): number {
  return status >= 400 ? 1000 + status : 0;
}

/** A property that is computed when it is first read. */
function own(name: string, read: (response: Response) => unknown): PropertyDescriptor {
  const store = (response: Response, value: unknown) => {
    Object.defineProperty(response, name, { value, enumerable: true, configurable: true, writable: true });
    return value;
  };
  return {
    enumerable: true,
    configurable: true,
    get(this: Response) {
      return store(this, read(this));
    },
    set(this: Response, value: unknown) {
      store(this, value);
    },
  };
}
