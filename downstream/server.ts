import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ContentionQueue } from './contention-queue';
import type { Metrics } from './metrics';

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** @param isReady whether this process wants new calls. */
export function createDownstream(queue: ContentionQueue, metrics: Metrics, isReady: () => boolean): Server {
  const routes = new Map<string, Handler>([
    ['/work', work],
    ['/health', (_, response) => send(response, 200, { status: 'ok' })],
    ['/ready', ready],
    ['/metrics', exposition],
  ]);

  async function work(_: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const latencyMs = await queue.work(gone.signal);
    if (latencyMs === undefined) return;
    metrics.serviceSeconds.observe(latencyMs / 1000);
    send(response, 200, { latencyMs });
  }

  function ready(_: IncomingMessage, response: ServerResponse): void {
    if (isReady()) send(response, 200, { status: 'ready' });
    else send(response, 503, { status: 'draining' });
  }

  async function exposition(_: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await metrics.registry.metrics();
    response.writeHead(200, { 'Content-Type': metrics.registry.contentType }).end(text);
  }

  function dispatch(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url?.split('?', 1)[0] ?? '';
    const handler = routes.get(path);
    observe(request, response, handler ? path : 'unmatched');
    if (!handler) return send(response, 404, { error: `no route ${path}` });
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return send(response, 405, { error: `${request.method} is not allowed on ${path}` });
    }
    void handler(request, response);
  }

  function observe(request: IncomingMessage, response: ServerResponse, route: string): void {
    const start = performance.now();
    metrics.requestsInFlight.inc({ route });
    response.once('close', () => {
      metrics.requestsInFlight.dec({ route });
      const status = response.writableFinished ? response.statusCode : 499;
      metrics.requestSeconds.observe(
        { method: request.method ?? '', route, status },
        (performance.now() - start) / 1000,
      );
    });
  }

  return createServer(
    // A keep-alive connection outlives the pauses of its client, which would otherwise meet closing sockets.
    // A client that sends its headers drop by drop is cut off at the first check after the timeout.
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 16_384,
      keepAliveTimeout: 65_000,
    },
    dispatch,
  );
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
    .end(text);
}
