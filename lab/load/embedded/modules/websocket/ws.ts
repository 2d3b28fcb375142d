import type { Socket as TcpSocket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import type { Runtime } from '../../script/runtime';
import { GoError } from '../go-error';
import { toArrayBuffer } from '../http/body';
import type { HttpSession } from '../http/session';
import { inTurn } from '../in-turn';
import { Targets } from '../net/targets';
import { closeError, GOING_AWAY } from './closing';
import { dial, type Handshake } from './dial';
import { SessionMetrics } from './metrics';
import { readParams } from './params';

type Handler = (...values: unknown[]) => unknown;

/** How long a closed connection may wait for the other side's close frame. */
const CLOSE_WAIT_MS = 1000;

/** An error as the script's handlers see it. */
class SocketError {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  error(): string {
    return this.#text;
  }

  toString(): string {
    return this.#text;
  }
}

/** The socket that ws.connect gives to the script. Its handlers run one after another. */
class Socket {
  readonly #runtime: Runtime;
  readonly #socket: WebSocket;
  readonly #metrics: SessionMetrics;
  readonly #handlers = new Map<string, Handler[]>();
  readonly #events: (() => unknown)[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #pings = new Map<string, number>();
  #wake: (() => void) | undefined;
  #closing: unknown;
  #isClosed = false;

  constructor(runtime: Runtime, socket: WebSocket, metrics: SessionMetrics) {
    this.#runtime = runtime;
    this.#socket = socket;
    this.#metrics = metrics;
    socket.on('message', (data, isBinary) => this.#add(() => this.#receive(data, isBinary)));
    socket.on('ping', () => this.#add(() => this.#fire('ping')));
    socket.on('pong', (id) => this.#add(() => this.#pong(id.toString())));
    let isReset = false;
    socket.on('error', ({ code }: Error & { code?: string }) => (isReset ||= code === 'ECONNRESET'));
    socket.on('close', (code, reason) => this.#lost(isReset ? GOING_AWAY : code, reason.toString()));
  }

  on(event: string, handler: Handler): void {
    if (typeof handler !== 'function') return;
    this.#handlers.set(event, [...(this.#handlers.get(event) ?? []), handler]);
  }

  send(message: unknown): void {
    this.#write(String(message));
  }

  sendBinary(message: unknown): void {
    if (message === undefined) throw new GoError('missing argument, expected ArrayBuffer');
    if (Object.prototype.toString.call(message) !== '[object ArrayBuffer]') {
      const type = message === null ? 'null' : (message as object).constructor.name;
      throw new GoError(`expected ArrayBuffer as argument, received: ${type}`);
    }
    this.#write(Buffer.from(message as ArrayBuffer));
  }

  ping(): void {
    const id = String(this.#pings.size);
    this.#pings.set(id, this.#runtime.shared.host.now());
    if (this.#isOpen()) this.#socket.ping(id);
  }

  setTimeout(run: Handler, ms: number): void {
    this.#checkDelay('setTimeout', 'timeout', ms);
    this.#timers.add(setTimeout(() => this.#add(() => this.#call(run)), ms));
  }

  setInterval(run: Handler, ms: number): void {
    this.#checkDelay('setInterval', 'interval', ms);
    let isDue = false; // a slow script misses ticks, as with Go's ticker
    const tick = () => {
      isDue = false;
      return this.#call(run);
    };
    const add = () => {
      if (isDue) return;
      isDue = true;
      this.#add(tick);
    };
    this.#timers.add(setInterval(add, ms));
  }

  close(code = GOING_AWAY): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#hangUp(Number(code));
    this.#closing = this.#fire('close', Number(code));
    this.#wake?.();
  }

  /** Runs no more handlers. Not part of k6's interface. */
  static abandon(socket: Socket): void {
    socket.#isClosed = true;
    for (const timer of socket.#timers) clearTimeout(timer);
  }

  /** Runs the handlers until the socket is closed. Not part of k6's interface. */
  static async converse(socket: Socket, setUp: Handler): Promise<void> {
    try {
      await socket.#call(setUp, socket);
      await socket.#fire('open');
      while (!socket.#isClosed) {
        const next = () => socket.#runtime.block(() => socket.#next());
        const event = await socket.#call(next);
        await event?.();
      }
    } finally {
      socket.close();
      await socket.#closing;
    }
  }

  async #next(): Promise<(() => unknown) | undefined> {
    if (this.#events.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
    return this.#isClosed ? undefined : this.#events.shift();
  }

  #add(event: () => unknown): void {
    if (this.#isClosed) return;
    this.#events.push(event);
    this.#wake?.();
  }

  #fire(event: string, ...values: unknown[]): void | Promise<void> {
    const handlers = this.#handlers.get(event) ?? [];
    return inTurn(handlers.length, (index) => this.#call(handlers[index]!, ...values));
  }

  #call<A extends unknown[], R>(run: (...values: A) => R, ...values: A): R {
    return this.#runtime.callBack(() => run(...values)).result;
  }

  #receive(data: RawData, isBinary: boolean): unknown {
    this.#metrics.received();
    const bytes = data as Buffer;
    return isBinary
      ? this.#fire('binaryMessage', toArrayBuffer(bytes))
      : this.#fire('message', bytes.toString());
  }

  #pong(id: string): unknown {
    const sentAt = this.#pings.get(id);
    if (sentAt !== undefined) this.#metrics.pong(this.#runtime.shared.host.now() - sentAt);
    return this.#fire('pong');
  }

  #lost(code: number, reason: string): void {
    const error = closeError(code, reason);
    if (error !== undefined) this.#add(() => this.#fire('error', new SocketError(error)));
    this.#add(() => this.close(code));
  }

  #write(data: string | Buffer): void {
    if (this.#isOpen()) this.#socket.send(data);
    this.#metrics.sent();
  }

  /** Like k6, reports to the handlers when the connection is no longer open. */
  #isOpen(): boolean {
    const isOpen = this.#socket.readyState === this.#socket.OPEN;
    if (!isOpen) void this.#fire('error', new SocketError('websocket: close sent'));
    return isOpen;
  }

  #hangUp(code: number): void {
    try {
      this.#socket.close(code);
      setTimeout(() => this.#socket.terminate(), CLOSE_WAIT_MS).unref();
    } catch {
      this.#socket.terminate(); // no close frame can carry this code
    }
  }

  #checkDelay(name: string, what: string, ms: number): void {
    if (ms > 0) return;
    throw new GoError(`${name} requires a >0 ${what} parameter, received ${Number(ms).toFixed(2)}`);
  }
}

/** k6/ws */
export function wsModule(runtime: Runtime, session: HttpSession) {
  const targets = new Targets(runtime);

  /** Blocks until the socket is closed. */
  async function connect(url: unknown, ...rest: unknown[]): Promise<unknown> {
    const { client, host } = runtime.shared;
    if (runtime.phase === 'init') throw new GoError('using websockets in the init context is not supported');
    if (rest.length < 1 || rest.length > 2) throw new GoError('invalid number of arguments to ws.connect');
    const setUp = rest.at(-1) as Handler;
    if (typeof setUp !== 'function') throw new GoError('last argument to ws.connect must be a function');
    const { userAgent } = client;
    const defaults = { userAgent, jar: session.jar, tags: runtime.tagSet };
    const params = readParams(rest.length === 2 ? rest[0] : undefined, defaults, false);
    const target = addressOf(String(url));
    if (!target) return failed('malformed ws or wss URL');
    if (!targets.permits(target)) return targets.forbid(target);

    const start = host.now();
    const metrics = new SessionMetrics(
      host.sink,
      params.tags.withAll(runtime.selected({ url: String(url) })),
    );
    const { traffic } = session.connections;
    let answered!: (answer: Handshake) => void;
    const handshake = new Promise<Handshake>((resolve) => (answered = resolve));
    const watch = (tcp: TcpSocket) => traffic.watch(tcp);
    const { socket, cancel } = dial(target, [], params, client, watch, answered);
    const conversation = new Socket(runtime, socket, metrics);
    const operation = {
      cancel() {
        Socket.abandon(conversation);
        cancel();
      },
    };
    runtime.start(operation);
    const answer = await runtime.block(() => handshake);
    if (answer.status > 0) metrics.tag(runtime.selected(answerTags(answer)));
    metrics.connected(host.now() - start);
    try {
      if (answer.error === '') await Socket.converse(conversation, setUp);
      else if (client.throw) throw new GoError(answer.error);
    } finally {
      runtime.finish(operation);
      metrics.ended(host.now() - start);
    }
    return responseOf(answer, String(url));
  }

  return { connect };
}

/** The tags that k6 takes from the answer to a handshake. */
export function answerTags({ status, headers }: Handshake): Record<string, string> {
  return { status: String(status), subproto: headers['Sec-Websocket-Protocol'] ?? '' };
}

function responseOf({ status, headers, body, error }: Handshake, url: string) {
  if (status === 0) return failed(error);
  return { url: error === '' ? url : '', status, headers, body, error: '' };
}

const failed = (error: string) => ({ url: '', status: 0, headers: {}, body: '', error });

function addressOf(text: string): URL | undefined {
  return /^wss?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}
