import type { Dispatcher } from 'undici';
import type { Cancellable } from '../../script/cancellable';
import type { Connection, Connections } from './connection';
import { decode } from './encodings';
import { type Failure, failureOf, TIMEOUT, undecodable } from './errors';
import { headerValues, setCookies } from './headers';

/** One request on the wire, without following redirects. */
export interface WireRequest {
  method: string;
  origin: string;
  /** Path and query. */
  path: string;
  /** Names and values, alternating. */
  headers: string[];
  body: Buffer | undefined;
  /** Whether to close the connection afterwards (noConnectionReuse). */
  close: boolean;
  /** Time by which the request must end, by `now`. */
  deadline: number;
}

/** Methods that k6 and Go consider safe to send again. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * Sends a request and collects the response and its timings (by `now`; 0 for a step that has not happened).
 *
 * Like Go's transport, it sends a repeatable request again if a reused connection breaks before the first
 * byte of the response, because the server may have closed the connection before the request arrived.
 */
export class Exchange implements Dispatcher.DispatchHandler, Cancellable {
  status = 0;
  statusText = '';
  rawHeaders: Buffer[] = [];
  chunks: Buffer[] = [];
  failure: Failure | undefined;
  /** The error behind the failure. */
  cause: Error | undefined;
  began = 0;
  connecting = 0;
  connected = 0;
  secured = 0;
  gotConnection = 0;
  sent = 0;
  firstByte = 0;
  ended = 0;
  connection!: Connection;
  private dialled = false;
  private timer: NodeJS.Timeout | undefined;
  private hasEnded = false;

  constructor(
    readonly request: WireRequest,
    private readonly pool: Connections,
    private readonly now: () => number,
    private readonly done: (exchange: Exchange) => void,
  ) {}

  start(): void {
    this.began = this.now();
    this.timer = setTimeout(() => this.fail(TIMEOUT), Math.max(0, this.request.deadline - this.began));
    this.dispatch();
  }

  private dispatch(): void {
    const { method, path, headers, body, close, origin } = this.request;
    this.connection = this.pool.acquire(origin);
    this.connection.exchange = this;
    this.dialled = false;
    // By default, undici closes the connection after a HEAD or a GET with a body, and waits for the headers
    // of the response before it writes the next request. With one request at a time, neither is needed.
    const options = {
      method: method as Dispatcher.HttpMethod,
      path,
      headers,
      body,
      blocking: false,
      reset: close,
    };
    this.connection.client.dispatch(options, this);
  }

  /** Ends the request without calling `done`. */
  cancel(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    clearTimeout(this.timer);
    this.connection.exchange = undefined;
    this.connection.destroy();
  }

  onConnecting(): void {
    this.dialled = true;
    if (this.gotConnection === 0) this.connecting = this.now();
  }

  onConnected(): void {
    if (this.gotConnection === 0) this.connected = this.now();
  }

  /** The connection is ready. A plain connection is connected at this time, too. */
  onSecured(): void {
    if (this.gotConnection > 0) return;
    this.secured = this.now();
    if (this.connected < this.connecting) this.connected = this.secured;
  }

  onConnect(): void {
    if (this.gotConnection === 0) this.gotConnection = this.now();
  }

  onRequestSent(): void {
    this.sent = this.now();
  }

  onResponseStarted(): void {
    if (this.firstByte === 0) this.firstByte = this.now();
  }

  onHeaders(status: number, headers: Buffer[], _resume: () => void, statusText: string): boolean {
    if (status < 200) return true;
    this.status = status;
    this.statusText = statusText;
    this.rawHeaders = headers;
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.chunks.push(chunk);
    return true;
  }

  onComplete(): void {
    if (this.hasEnded) return;
    this.connection.exchange = undefined;
    if (this.request.close) this.connection.destroy();
    else this.pool.release(this.connection);
    this.unpack();
    this.end();
  }

  /** Like k6, requests no compression itself, but decodes a response if the script requested compression. */
  private unpack(): void {
    const [encodings] = headerValues(this.rawHeaders, 'content-encoding');
    if (!encodings || this.chunks.length === 0) return;
    try {
      this.chunks = [decode(Buffer.concat(this.chunks), encodings)];
    } catch (error) {
      this.failure = undecodable(error as Error);
      this.status = 0;
    }
  }

  onError(error: Error): void {
    if (this.hasEnded) return;
    if (this.isStale()) {
      this.connection.exchange = undefined;
      this.connection.destroy();
      this.dispatch();
    } else {
      this.cause = error;
      this.fail(failureOf(error, this.status > 0));
    }
  }

  private isStale(): boolean {
    return !this.dialled && this.sent > 0 && this.firstByte === 0 && IDEMPOTENT.has(this.request.method);
  }

  private fail(failure: Failure): void {
    if (this.hasEnded) return;
    this.failure = failure;
    this.status = 0;
    this.statusText = '';
    this.rawHeaders = [];
    this.end();
    this.connection.exchange = undefined;
    this.connection.destroy();
  }

  private end(): void {
    this.hasEnded = true;
    clearTimeout(this.timer);
    this.ended = this.now();
    this.done(this);
  }

  /** '' for a request that was never sent. */
  get remoteAddress(): string {
    return (this.connection as Connection | undefined)?.remoteAddress ?? '';
  }

  get setCookies(): string[] {
    return setCookies(this.rawHeaders);
  }
}

/** Response.timings, in milliseconds. */
export interface Timings {
  duration: number;
  blocked: number;
  looking_up: number;
  connecting: number;
  tls_handshaking: number;
  sending: number;
  waiting: number;
  receiving: number;
}

/** The timings that k6 measures. A step that did not happen took 0 ms. */
export function timingsOf(exchange: Exchange, secure: boolean): Timings {
  const { began, connecting, connected, secured, gotConnection, sent, firstByte, ended } = exchange;
  const sending = sent > 0 ? sent - gotConnection : 0;
  const waiting = sent > 0 ? Math.max(0, (firstByte || ended) - sent) : 0;
  const receiving = firstByte > 0 ? ended - Math.max(firstByte, sent) : 0;
  return {
    duration: sending + waiting + receiving,
    blocked: gotConnection > 0 ? gotConnection - began : 0,
    looking_up: 0,
    connecting: connected > 0 ? connected - connecting : 0,
    tls_handshaking: secure && secured > 0 ? secured - connected : 0,
    sending,
    waiting,
    receiving,
  };
}
