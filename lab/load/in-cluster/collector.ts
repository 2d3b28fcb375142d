import { createServer, request, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Collected } from './collected';
import { COLLECTOR_PORT } from './ports';

const POLL_MS = 50;
/** Time in which all generators must have read the script, ms. */
const START_DEADLINE_MS = 120_000;

/**
 * Runs in the cluster, beside the load generators. It receives their samples like an InfluxDB, and the lab
 * reads per-second sums from it instead of every sample. It also starts and stops the generators, so that the
 * load has one clock.
 */
const collected = new Collected();

async function answer(incoming: IncomingMessage): Promise<unknown> {
  const url = new URL(incoming.url ?? '/', 'http://collector');
  const generators = url.searchParams.getAll('generator');
  switch (`${incoming.method} ${url.pathname}`) {
    case 'GET /ready':
      return {};
    case 'POST /query': // k6 begins with CREATE DATABASE
      return { results: [{}] };
    case 'POST /write':
      collected.add(await textOf(incoming));
      return undefined;
    case 'POST /await':
      await Promise.all(generators.map((generator) => until(generator, () => true)));
      return {};
    case 'POST /start':
      collected.begin();
      await Promise.all(generators.map((generator) => patch(generator, { paused: false })));
      return {};
    case 'POST /started': // the k6 operator starts the generators
      await Promise.any(generators.map((generator) => until(generator, ({ paused }) => !paused)));
      collected.begin();
      return {};
    case 'POST /stop':
      await Promise.all(generators.map((generator) => patch(generator, { stopped: true })));
      return {};
    case 'GET /events':
      return collected.after(Number(url.searchParams.get('after') ?? 0), url.searchParams.has('whole'));
    default:
      throw new Error(`no such page: ${incoming.method} ${url.pathname}`);
  }
}

interface Status {
  paused: boolean;
}

/** Waits until a generator reaches a state. k6 answers once it has read the script. */
async function until(generator: string, reached: (status: Status) => boolean): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS;
  for (;;) {
    const status = await call(generator, 'GET').catch(() => undefined);
    if (status && reached(status)) return;
    if (performance.now() > deadline) throw new Error(`${generator} did not answer as expected in time`);
    await sleep(POLL_MS);
  }
}

function patch(generator: string, attributes: Record<string, boolean>): Promise<Status> {
  return call(generator, 'PATCH', JSON.stringify({ data: { type: 'status', id: 'default', attributes } }));
}

function call(generator: string, method: string, body = ''): Promise<Status> {
  return new Promise((resolve, reject) => {
    const options = { method, agent: false, signal: AbortSignal.timeout(5000) };
    request(`http://${generator}/v1/status`, options, (response) => {
      textOf(response)
        .then((text) => {
          if (response.statusCode !== 200) throw new Error(`${generator}: ${response.statusCode} ${text}`);
          resolve((JSON.parse(text) as { data: { attributes: Status } }).data.attributes);
        })
        .catch(reject);
    })
      .on('error', reject)
      .end(body);
  });
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

createServer((incoming, response) => {
  answer(incoming).then(
    (body) => response.writeHead(body ? 200 : 204).end(body ? JSON.stringify(body) : undefined),
    (error: Error) => response.writeHead(500).end(error.message),
  );
}).listen(COLLECTOR_PORT);
process.on('SIGTERM', () => process.exit(0));
