import { Blob } from 'node:buffer';
import type { RawData, WebSocket as Connection } from 'ws';
import type { Runtime } from '../../script/runtime';
import { GoError } from '../go-error';
import { goType } from '../go-type';
import { toArrayBuffer, toBuffer } from '../http/body';
import type { HttpSession } from '../http/session';
import { Targets } from '../net/targets';
import { closeError, closeReason, NORMAL_CLOSURE } from './closing';
import { dial, type Handshake } from './dial';
import { SessionMetrics } from './metrics';
import { readParams } from './params';
import { answerTags } from './ws';

type Listener = (event: SocketEvent) => unknown;
type EventType = (typeof EVENTS)[number];

const EVENTS = ['open', 'message', 'error', 'close', 'ping', 'pong'] as const;
const [CONNECTING, OPEN, CLOSING, CLOSED] = [0, 1, 2, 3];
const MAX_REASON_BYTES = 123;

interface SocketEvent {
  type: EventType;
  target: unknown;
  /** Milliseconds since the epoch. */
  timestamp: number;
  data?: unknown;
  origin?: string;
  error?: string;
  code?: number;
  reason?: string;
}

/** k6/websockets */
export function websocketsModule(runtime: Runtime, session: HttpSession) {
  const targets = new Targets(runtime);

  class WebSocket {
    readonly url: string;
    readonly #metrics: SessionMetrics;
    readonly #listeners = new Map<EventType, Listener[]>();
    readonly #handlers = new Map<EventType, Listener>();
    readonly #pings = new Map<string, number>();
    readonly #startedAt = runtime.shared.host.now();
    #done = () => {};
    #socket: Connection | undefined;
    #events = Promise.resolve();
    #readyState = CONNECTING;
    #binaryType = 'blob';
    #bufferedAmount = 0;
    #extensions: string[] | undefined;
    #isConnected = false;
    #isOver = false;

    constructor(url: unknown, protocols?: string | string[] | null, options?: unknown) {
      if (runtime.phase === 'init')
        throw new GoError('using websockets in the init context is not supported');
      const target = addressOf(url);
      const { userAgent } = runtime.shared.client;
      const params = readParams(options, { userAgent, jar: session.jar, tags: runtime.tagSet }, true);
      this.url = String(url);
      const name = params.own.name ?? this.url;
      const tags = params.tags.withAll(runtime.selected({ url: name, name }));
      this.#metrics = new SessionMetrics(runtime.shared.host.sink, tags);
      const done = runtime.task();
      if (!targets.permits(target)) {
        void targets.forbid(target);
        return;
      }
      const { traffic } = session.connections;
      const operation = dial(
        target,
        [protocols ?? []].flat().map(String),
        params,
        runtime.shared.client,
        (tcp) => traffic.watch(tcp),
        (answer) => this.#answered(answer),
      );
      const { socket } = operation;
      this.#socket = socket;
      runtime.start(operation);
      this.#done = () => {
        runtime.finish(operation);
        done();
      };
      socket.on('message', (data, isBinary) => this.#add(() => this.#received(data, isBinary)));
      socket.on('ping', () => this.#add(() => this.#fire('ping')));
      socket.on('pong', (id) => this.#add(() => this.#ponged(id.toString())));
      socket.on('close', (code, reason) => this.#lost(code, reason.toString()));
    }

    get readyState(): number {
      return this.#readyState!;
    }

    get bufferedAmount(): number {
      return this.#bufferedAmount;
    }

    get extensions(): string[] | undefined {
      return this.#extensions;
    }

    get protocol(): string {
      return this.#socket?.protocol ?? '';
    }

    get binaryType(): string {
      return this.#binaryType;
    }

    set binaryType(type: string) {
      if (type !== 'blob' && type !== 'arraybuffer')
        throw new GoError(`unknown binaryType ${type}, the supported ones are "blob" and "arraybuffer"`);
      this.#binaryType = type;
    }

    addEventListener(type: EventType, listener: Listener): void {
      if (typeof listener !== 'function')
        throw new GoError(`handler for event type "${type}" isn't a callable function`);
      if (EVENTS.includes(type)) this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
      else runtime.shared.log.once(`warning: can't add event handler: unknown event type '${String(type)}'`);
    }

    send(data: unknown): void {
      this.#assertOpen();
      const message = payloadOf(data);
      const size = message instanceof Blob ? message.size : Buffer.byteLength(message);
      this.#bufferedAmount += size;
      this.#socket!.send(message as Buffer, (error) => {
        if (error) return;
        this.#metrics.sent();
        this.#add(() => void (this.#bufferedAmount -= size));
      });
    }

    ping(): void {
      this.#assertOpen();
      const id = String(this.#pings.size);
      this.#pings.set(id, runtime.shared.host.now());
      this.#socket!.ping(id);
      this.#metrics.sent();
    }

    close(code = 0, reason = ''): void {
      if (this.#readyState === CLOSED || this.#readyState === CLOSING) return;
      if (code !== 0 && code !== NORMAL_CLOSURE && !(code >= 3000 && code <= 4999)) {
        throw new GoError(
          `InvalidAccessError: Failed to execute 'close' on 'WebSocket': The close code must be either 1000, or between 3000 and 4999. ${code} is neither`,
        );
      }
      if (Buffer.byteLength(reason) > MAX_REASON_BYTES) {
        throw new GoError(
          `SyntaxError: Failed to execute 'close' on 'WebSocket': The message must not be greater than 123 bytes`,
        );
      }
      this.#readyState = CLOSING;
      this.#socket!.close(code || NORMAL_CLOSURE, reason);
      this.#metrics.sent();
    }

    #assertOpen(): void {
      if (this.#readyState !== OPEN) throw new GoError('InvalidStateError');
    }

    #answered(answer: Handshake): void {
      if (answer.status > 0) this.#metrics.tag(runtime.selected(answerTags(answer)));
      const extensions = answer.headers['Sec-Websocket-Extensions'];
      this.#extensions = extensions === undefined ? undefined : [extensions];
      this.#metrics.connected(runtime.shared.host.now() - this.#startedAt);
      if (answer.error !== '') return this.#closed(0, '', answer.error);
      this.#isConnected = true;
      this.#add(() => {
        if (this.#readyState !== CONNECTING) return undefined;
        this.#readyState = OPEN;
        return this.#fire('open');
      });
    }

    #received(data: RawData, isBinary: boolean): unknown {
      if (this.#readyState !== OPEN) return undefined;
      this.#metrics.received();
      return this.#fire('message', { data: this.#decoded(data as Buffer, isBinary), origin: this.url });
    }

    #decoded(bytes: Buffer, isBinary: boolean): unknown {
      if (!isBinary) return bytes.toString();
      return this.#binaryType === 'blob' ? new Blob([bytes]) : toArrayBuffer(bytes);
    }

    #ponged(id: string): unknown {
      const sentAt = this.#pings.get(id);
      if (sentAt !== undefined) this.#metrics.pong(runtime.shared.host.now() - sentAt);
      return this.#fire('pong');
    }

    #lost(code: number, reason: string): void {
      if (!this.#isConnected || runtime.interrupted) return;
      this.#metrics.ended(runtime.shared.host.now() - this.#startedAt);
      this.#closed(code, closeReason(code, reason), closeError(code, reason));
    }

    #closed(code: number, reason: string, error: string | undefined): void {
      this.#add(async () => {
        this.#readyState = CLOSED;
        if (error !== undefined) await this.#fire('error', { error });
        await this.#fire('close', { ...(code !== 0 && { code }), reason });
        this.#done();
      });
      this.#isOver = true;
    }

    /** Events wait for their turn like a blocking call, and for the events before them. */
    #add(event: () => unknown): void {
      if (this.#isOver) return;
      this.#events = this.#events
        .then(() => runtime.callBack(() => runtime.block(() => Promise.resolve())).result)
        .then(event)
        .then(
          () => undefined,
          (error: unknown) => {
            this.#socket?.terminate();
            return runtime.fatal(runtime.causeOf(error));
          },
        );
    }

    async #fire(type: EventType, fields: Partial<SocketEvent> = {}): Promise<void> {
      const event = { type, target: this, timestamp: Date.now(), ...fields };
      const handler = this.#handlers.get(type);
      for (const listener of [...(handler ? [handler] : []), ...(this.#listeners.get(type) ?? [])])
        await runtime.callBack(() => listener(event)).result;
    }

    /** Defines `onopen` and its siblings. */
    static {
      for (const type of EVENTS) {
        Object.defineProperty(this.prototype, `on${type}`, {
          get(this: WebSocket) {
            return this.#handlers.get(type);
          },
          set(this: WebSocket, listener: Listener | null | undefined) {
            if (listener === null || listener === undefined) this.#handlers.delete(type);
            else if (typeof listener === 'function') this.#handlers.set(type, listener);
            else throw new GoError(`a value for 'on${type}' should be callable`);
          },
        });
      }
    }
  }

  return { WebSocket, Blob };
}

/** @throws GoError for an address that k6 refuses */
function addressOf(given: unknown): URL {
  if (given === undefined || given === null) throw new GoError('WebSocket requires a url');
  const text = String(given);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase() ?? '';
  if (scheme !== 'ws' && scheme !== 'wss')
    throw new GoError(`WebSocket requires url with scheme ws or wss, but got "${scheme}"`);
  if (!URL.canParse(text))
    throw new GoError(`WebSocket requires valid url, but got "${text}" which resulted in parse "${text}"`);
  const url = new URL(text);
  if (url.hash !== '')
    throw new GoError(`WebSocket requires no url fragment, but got "${url.hash.slice(1)}"`);
  return url;
}

function payloadOf(data: unknown): string | Buffer | Blob {
  if (typeof data === 'string' || data instanceof Blob) return data;
  const isBytes = ArrayBuffer.isView(data) || Object.prototype.toString.call(data) === '[object ArrayBuffer]';
  if (!isBytes) throw new GoError(`unsupported send type ${goType(data)}`);
  return Buffer.from(toBuffer(data as ArrayBuffer));
}
