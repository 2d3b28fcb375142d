import type { Socket } from 'node:net';
import { buildConnector, Client } from 'undici';
import type { ClientOptions } from '../../script/options';

/** The timeout of Go's dialer in k6. */
const DIAL_TIMEOUT_MS = 30_000;
/** Turns off undici's limits, because k6 keeps idle connections forever and ignores `Keep-Alive: timeout`. */
const NO_IDLE_LIMIT_MS = 2 ** 31 - 1;

/** The user of a connection, which is told about the steps of connecting. */
export interface ConnectionUser {
  onConnecting(): void;
  onConnected(): void;
  onSecured(): void;
}

/** One keep-alive connection. It carries one request at a time and reconnects after it was closed. */
export class Connection {
  readonly client: Client;
  /** The request that it is carrying. */
  exchange: ConnectionUser | undefined;
  remoteAddress = '';
  remotePort = 0;

  constructor(
    readonly origin: string,
    connect: buildConnector.connector,
    private readonly pool: Connections,
  ) {
    this.client = new Client(origin, {
      connect: (options, callback) => this.connect(connect, options, callback),
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: NO_IDLE_LIMIT_MS,
      keepAliveMaxTimeout: NO_IDLE_LIMIT_MS,
      keepAliveTimeoutThreshold: -NO_IDLE_LIMIT_MS,
    });
  }

  private connect(
    connector: buildConnector.connector,
    options: buildConnector.Options,
    callback: buildConnector.Callback,
  ): void {
    this.exchange?.onConnecting();
    // The connector returns its socket, although its type does not say so.
    const socket = connector(options, (error, connected) => {
      if (error) return callback(error, null);
      this.remoteAddress = connected!.remoteAddress ?? '';
      this.remotePort = connected!.remotePort ?? 0;
      this.exchange?.onSecured();
      callback(null, connected!);
    }) as unknown as Socket;
    if (options.protocol === 'https:') socket.once('connect', () => this.exchange?.onConnected());
    this.pool.traffic.watch(socket);
  }

  destroy(): void {
    this.client.destroy().catch(() => undefined);
  }
}

/** The connections of one VU. */
export class Connections {
  readonly traffic = new Traffic();
  private readonly idle = new Map<string, Connection[]>();
  private readonly connector: buildConnector.connector;

  constructor(private readonly options: ClientOptions) {
    this.connector = buildConnector({
      timeout: DIAL_TIMEOUT_MS,
      rejectUnauthorized: !options.insecureSkipTLSVerify,
      allowH2: false,
    });
  }

  acquire(origin: string): Connection {
    return this.idle.get(origin)?.pop() ?? new Connection(origin, this.connector, this);
  }

  /** Keeps a connection for reuse. Like k6, keeps as many per host as a batch may use. */
  release(connection: Connection): void {
    const idle = this.idle.get(connection.origin);
    if (!idle) this.idle.set(connection.origin, [connection]);
    else if (idle.length < this.options.batchPerHost) idle.push(connection);
    else connection.destroy();
  }

  close(): void {
    for (const connections of this.idle.values()) for (const connection of connections) connection.destroy();
    this.idle.clear();
  }
}

/** Bytes sent and received over all sockets of a VU, for data_sent and data_received. */
class Traffic {
  private readonly sockets = new Set<Socket>();
  private total = { sent: 0, received: 0 };
  private taken = { sent: 0, received: 0 };

  watch(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.total.sent += socket.bytesWritten;
      this.total.received += socket.bytesRead;
    });
  }

  /** Bytes since the last call. */
  take(): { sent: number; received: number } {
    let { sent, received } = this.total;
    for (const socket of this.sockets) {
      sent += socket.bytesWritten;
      received += socket.bytesRead;
    }
    const since = { sent: sent - this.taken.sent, received: received - this.taken.received };
    this.taken = { sent, received };
    return since;
  }
}
