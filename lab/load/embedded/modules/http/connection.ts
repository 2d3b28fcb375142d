import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { buildConnector, Client } from 'undici';
import type { ClientOptions } from '../../script/options';
import type { Endpoint } from '../net/hosts';
import { tlsSettings } from '../net/tls';

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
  /** k6's names, such as "tls1.3"; '' without TLS. */
  tlsVersion = '';
  tlsCipherSuite = '';

  constructor(
    readonly origin: string,
    connector: buildConnector.connector,
    private readonly endpoint: Endpoint,
    private readonly pool: Connections,
  ) {
    this.client = new Client(origin, {
      connect: (options, callback) => this.connect(connector, options, callback),
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
    const target = { ...options, hostname: this.endpoint.hostname, port: String(this.endpoint.port) };
    const socket = connector(target, (error, connected) => {
      if (error) return callback(error, null);
      this.remoteAddress = connected!.remoteAddress ?? '';
      this.remotePort = connected!.remotePort ?? 0;
      if (connected instanceof TLSSocket) this.secured(connected);
      this.exchange?.onSecured();
      callback(null, connected!);
    }) as unknown as Socket;
    if (options.protocol === 'https:') socket.once('connect', () => this.exchange?.onConnected());
    this.pool.traffic.watch(socket);
  }

  private secured(socket: TLSSocket): void {
    this.tlsVersion = versionName(socket.getProtocol() ?? '');
    this.tlsCipherSuite = socket.getCipher().standardName;
  }

  destroy(): void {
    this.client.destroy().catch(() => undefined);
  }
}

/** The connections of one VU. */
export class Connections {
  readonly traffic = new Traffic();
  private readonly idle = new Map<string, Connection[]>();

  constructor(private readonly options: ClientOptions) {}

  acquire(origin: string): Connection {
    return this.idle.get(origin)?.pop() ?? this.open(new URL(origin));
  }

  private open(url: URL): Connection {
    const connector = buildConnector({
      ...tlsSettings(this.options, url.hostname),
      timeout: DIAL_TIMEOUT_MS,
      allowH2: false,
      maxCachedSessions: 0, // like k6, whose every new connection makes a full handshake
    });
    return new Connection(url.origin, connector, this.options.hosts.endpoint(url), this);
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

/** k6's name of a TLS version: "tls1.3" for Node's "TLSv1.3", "tls1.0" for "TLSv1". */
function versionName(protocol: string): string {
  return protocol === 'TLSv1' ? 'tls1.0' : protocol.replace('TLSv', 'tls');
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
