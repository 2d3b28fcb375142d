import { connect, createServer, type Server, type Socket } from 'node:net';

/** The address of a ready pod. */
export interface Endpoint {
  pod: string;
  address: string;
  port: number;
}

/** Maximum number of connections that wait to be accepted. The kernel caps it at net.core.somaxconn. */
const BACKLOG = 4096;

/**
 * One port of a Service. Like kube-proxy, it sends each new connection to a random ready endpoint. It listens
 * only while there is a ready endpoint. So a Service without ready pods refuses connections, as kube-proxy's
 * REJECT rule does. An endpoint that is no longer ready keeps its connections.
 */
export class ServicePort {
  private endpoints: readonly Endpoint[] = [];
  private server?: Server;
  private closed = false;
  /** Serializes opening and closing of the listener. */
  private turn: Promise<void> = Promise.resolve();
  private readonly connections = new Map<Socket, string>();

  constructor(
    readonly address: string,
    readonly port: number,
    private readonly random: () => number = Math.random,
  ) {}

  /**
   * Replaces the ready endpoints. Resolves when the listener is open or closed. Rejects when the port is
   * taken.
   */
  setEndpoints(endpoints: readonly Endpoint[]): Promise<void> {
    this.endpoints = endpoints;
    return this.follow();
  }

  /** Resets the remaining connections of a dead pod. */
  reset(pod: string): void {
    for (const [client, owner] of this.connections) if (owner === pod) drop(client);
  }

  /** Stops listening and resets all connections. */
  close(): Promise<void> {
    this.closed = true;
    for (const client of this.connections.keys()) drop(client);
    return this.follow();
  }

  private follow(): Promise<void> {
    const next = this.turn.then(() => this.adjust());
    this.turn = next.catch(() => undefined);
    return next;
  }

  private async adjust(): Promise<void> {
    const wanted = this.endpoints.length > 0 && !this.closed;
    if (wanted === Boolean(this.server)) return;
    if (wanted) {
      this.server = await listen(this.address, this.port, (client) => this.accept(client));
    } else {
      // close() ends only the listener and leaves accepted connections open.
      this.server?.close();
      this.server = undefined;
    }
  }

  private accept(client: Socket): void {
    const endpoint = this.endpoints[Math.floor(this.random() * this.endpoints.length)];
    if (!endpoint || this.closed) {
      drop(client);
      return;
    }
    this.connections.set(client, endpoint.pod);
    client.once('close', () => this.connections.delete(client));
    join(
      client,
      connect({ host: endpoint.address, port: endpoint.port, allowHalfOpen: true, noDelay: true }),
    );
  }
}

/** Forwards bytes in both directions. An end is passed on as an end, an error as a reset. */
function join(client: Socket, upstream: Socket): void {
  client.pipe(upstream);
  upstream.pipe(client);
  pass(client, upstream);
  pass(upstream, client);
}

function pass(from: Socket, to: Socket): void {
  from.on('error', () => drop(to));
  // Closed without passing on its end: the other side has nobody left to talk to.
  from.on('close', () => {
    if (!to.writableEnded) drop(to);
  });
}

/** Ends a connection, with a reset if possible. */
export function drop(socket: Socket): void {
  // libuv refuses to reset a socket that is connecting or is sending its FIN, and Node then never closes it.
  const underWay = socket.connecting || (socket.writableEnded && !socket.writableFinished);
  if (underWay) socket.destroy();
  else socket.resetAndDestroy();
}

function listen(host: string, port: number, accept: (client: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
    server.once('error', reject);
    server.listen({ host, port, backlog: BACKLOG, exclusive: true }, () => resolve(server));
  });
}
