import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

/** A request as the server saw it. */
export interface Seen {
  method: string;
  url: string;
  /** Canonical header names, without those that differ between clients on purpose. */
  headers: Record<string, string>;
  body: string;
  /** The number of the connection: 1, 2, ... in the order of opening. */
  connection: number;
}

const PACK = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };

const IGNORED = new Set(['host', 'connection', 'user-agent', 'accept-encoding']);

type Route = (request: IncomingMessage, response: ServerResponse, body: Buffer, url: URL) => void;

/** A real HTTP server that records its requests. */
export class TargetServer {
  readonly seen: Seen[] = [];
  private readonly connections = new Map<Socket, { id: number; requests: number }>();
  private readonly flaky = new Map<string, number>();
  private opened = 0;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
    this.server.on('connection', (socket) => {
      this.connections.set(socket, { id: ++this.opened, requests: 0 });
      socket.on('close', () => this.connections.delete(socket));
    });
  }

  static async start(): Promise<TargetServer> {
    const target = new TargetServer();
    await new Promise<void>((resolve) => target.server.listen(0, '127.0.0.1', resolve));
    return target;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get connectionsOpened(): number {
    return this.opened;
  }

  get connectionsOpen(): number {
    return this.connections.size;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Closes all idle connections. */
  closeIdle(): void {
    this.server.closeIdleConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const connection = this.connections.get(request.socket)!;
    connection.requests++;
    this.seen.push({
      method: request.method!,
      url: request.url!,
      headers: Object.fromEntries(
        Object.entries(request.headers).filter(([name]) => !IGNORED.has(name)),
      ) as Seen['headers'],
      body: body.toString(),
      connection: connection.id,
    });
    const url = new URL(request.url!, this.url);
    const route = Object.keys(this.routes).find((prefix) => url.pathname.startsWith(prefix))!;
    this.routes[route]!(request, response, body, url);
  }

  private readonly routes: Record<string, Route> = {
    '/items/': (_, response, __, url) => json(response, { id: Number(url.pathname.slice(7)) }),
    '/items': (_, response) => json(response, { items: [{ id: 1 }, { id: 2 }, { id: 3 }] }),
    '/login': (_, response) => json(response, { token: 'token-1' }),
    '/profile': (_, response) => json(response, { name: 'Ada' }),
    '/echo': (_, response, body) => json(response, { body: body.toString(), length: body.length }),
    '/page': (_, response, body) => void response.writeHead(200, { 'content-type': 'text/html' }).end(body),
    '/status/': (_, response, __, url) =>
      void response.writeHead(Number(url.pathname.slice(8))).end('status'),
    '/slow': (_, response, __, url) =>
      void setTimeout(() => response.end('slow'), Number(url.searchParams.get('ms'))).unref(),
    '/close-reused': (request, response) => {
      if (this.connections.get(request.socket)!.requests > 1) setTimeout(() => request.socket.destroy(), 20);
      else json(response, {});
    },
    '/close': (request) => void request.socket.destroy(),
    '/reset': (request) => void setTimeout(() => request.socket.resetAndDestroy(), 20),
    '/half': (request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('part');
      setTimeout(() => request.socket.destroy(), 20);
    },
    '/flaky': (_, response, __, url) => {
      const key = url.searchParams.get('key')!;
      const attempt = (this.flaky.get(key) ?? 0) + 1;
      this.flaky.set(key, attempt);
      response.writeHead(attempt < 3 ? 503 : 200).end();
    },
    '/cookies/set': (_, response) => {
      const cookies = [
        'session=abc; Path=/',
        'theme=dark; Path=/cookies/scoped; HttpOnly',
        'gone=1; Max-Age=-1',
      ];
      response.writeHead(200, { 'set-cookie': cookies }).end();
    },
    '/redirect/': (_, response, __, url) =>
      void response
        .writeHead(Number(url.pathname.slice(10)), {
          location: '/landing',
          'set-cookie': 'via=redirect; Path=/',
        })
        .end(),
    '/redirect-to': (_, response, __, url) =>
      void response.writeHead(302, { location: url.searchParams.get('url')! }).end(),
    '/compressed/': (_, response, __, url) => {
      const how = url.pathname.slice(12) as keyof typeof PACK;
      response.writeHead(200, { 'content-encoding': how }).end(PACK[how]('packed'));
    },
    '/binary': (_, response) => void response.end(Buffer.from([0, 1, 254, 255])),
    '/given': (_, response, __, url) => {
      response.setHeader('content-type', 'application/json');
      response.end(decodeURIComponent(url.search.slice(1)));
    },
    '/encoded': (_, response, __, url) =>
      void response.writeHead(200, { 'content-encoding': url.searchParams.get('as')! }).end('plain'),
    '/unicode': (_, response) => void response.end('grüße 🚀'),
    '/': (_, response) => void response.end('ok'),
  };
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}
