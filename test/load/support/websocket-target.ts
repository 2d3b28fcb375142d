import { createServer as createHttp, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { SERVER } from './secure-target';

type Route = (socket: WebSocket, request: IncomingMessage, url: URL) => void;

const ROUTES: Record<string, Route> = {
  '/echo': (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
  '/close': (socket, _, url) => {
    const code = url.searchParams.get('code');
    if (code) socket.close(Number(code), url.searchParams.get('reason') ?? '');
    else socket.close();
  },
  '/drop': (socket) => socket.terminate(),
  '/ping': (socket) => socket.ping(),
  '/headers': (socket, { headers }) => {
    const { 'x-a': custom, cookie, 'user-agent': agent, host } = headers;
    socket.send(JSON.stringify([custom, cookie, agent?.slice(0, 2), host?.split(':')[0]]));
  },
  '/ticks': (socket) => {
    for (const text of ['one', 'two', 'three']) socket.send(text);
  },
  '/silent': () => undefined,
};

/** A real WebSocket server. /refused answers the handshake with 403. */
export class WebSocketTarget {
  /** The close codes of the clients, in the order of closing. */
  readonly closed: number[] = [];
  private readonly sockets: WebSocketServer;

  private constructor(
    private readonly server: Server,
    private readonly scheme: string,
  ) {
    this.sockets = new WebSocketServer({
      server,
      handleProtocols: (protocols) => [...protocols].at(-1)!,
      verifyClient: ({ req }, done) => (req.url === '/refused' ? done(false, 403, 'not you') : done(true)),
    });
    this.sockets.on('headers', (headers) => headers.push('Set-Cookie: seen=1; Path=/'));
    this.sockets.on('connection', (socket, request) => {
      socket.on('close', (code) => this.closed.push(code));
      const url = new URL(request.url!, 'ws://target');
      ROUTES[url.pathname]!(socket, request, url);
    });
  }

  static async start(secure = false): Promise<WebSocketTarget> {
    const server = secure ? createHttps(SERVER) : createHttp();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new WebSocketTarget(server, secure ? 'wss' : 'ws');
  }

  get url(): string {
    return `${this.scheme}://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get open(): number {
    return this.sockets.clients.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
