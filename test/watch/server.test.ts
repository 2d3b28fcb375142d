import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { PageLog } from '../../lab/watch/log';
import type { PageEvent } from '../../lab/watch/protocol';
import { startWatchServer, type WatchOptions, type WatchServer } from '../../lab/watch/server';

const ASSETS = { script: 'let program;', style: 'body{}' };
const message = (n: number, size = 0): PageEvent => ({
  type: 'frames',
  arm: 'x'.repeat(size),
  seconds: [n],
  columns: [],
});

let server: WatchServer;
let log: PageLog;
afterEach(() => server.close());

async function start(options: Partial<WatchOptions> = {}): Promise<URL> {
  log = new PageLog();
  server = await startWatchServer({ log, assets: ASSETS, ...options });
  return new URL(server.url);
}

async function get(
  url: URL,
  headers: Record<string, string> = {},
): Promise<IncomingMessage & { body: string }> {
  const asked = request(url, { headers });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return Object.assign(response, { body });
}

/** Reads this many events, then disconnects as a page that loses its connection. */
async function read(url: URL, count: number, lastId?: string): Promise<{ ids: string[]; seconds: number[] }> {
  const asked = request(new URL('/events', url), { headers: lastId ? { 'last-event-id': lastId } : {} });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  let ended = 0;
  let place = 0;
  for await (const chunk of response) {
    text += String(chunk);
    // An event may end within a chunk or span two.
    for (let end; (end = text.indexOf('}\n\n', place)) >= 0; ended++) place = end + 3;
    if (ended >= count) break;
  }
  const events = () => [...text.matchAll(/^id: (.*)\ndata: (.*)\n\n/gm)];
  asked.destroy();
  const told = events().map(([, id, data]) => ({
    id: id!,
    event: JSON.parse(data!) as { seconds: number[] },
  }));
  return { ids: told.map(({ id }) => id), seconds: told.flatMap(({ event }) => event.seconds ?? []) };
}

describe('the event stream', () => {
  it('sends a returning page the events that it missed, and none twice', async () => {
    const url = await start();
    for (let n = 0; n < 5; n++) log.push(message(n));
    const before = await read(url, 5);
    for (let n = 5; n < 9; n++) log.push(message(n));
    const after = await read(url, 4, before.ids.at(-1));
    expect([...before.seconds, ...after.seconds]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('sends new events as they come', async () => {
    const url = await start();
    log.push(message(0));
    const reading = read(url, 3);
    log.push(message(1));
    await new Promise(setImmediate);
    log.push(message(2));
    expect((await reading).seconds).toEqual([0, 1, 2]);
  });

  it('sends all events of another run to a page that was away when it began', async () => {
    const url = await start();
    log.push(message(0));
    const before = await read(url, 1);
    log.push({ type: 'setup' } as PageEvent);
    log.push(message(1));
    expect((await read(url, 2, before.ids[0])).seconds).toEqual([1]);
  });

  it('is neither slowed nor filled by a browser that never reads, and drops that browser', async () => {
    const url = await start({ stalledMs: 2000 });
    const socket = connect(Number(url.port), url.hostname);
    socket.pause();
    socket.write(`GET /events HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`);
    await once(socket, 'connect');
    const reading = read(url, 100);
    const size = 100_000;
    let slowest = 0;
    const before = process.memoryUsage().arrayBuffers;
    for (let n = 0; n < 100; n++) {
      const begun = performance.now();
      log.push(message(n, size));
      slowest = Math.max(slowest, performance.now() - begun);
      await new Promise(setImmediate);
    }
    expect((await reading).seconds).toHaveLength(100);
    // 10 MB were sent. A push waits for no reader, and data that the slow one did not take is not kept.
    expect(slowest).toBeLessThan(1000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
    // The first reader disconnected by itself; the server dropped the other one.
    while (log.readers > 0) await sleep(20);
    socket.destroy();
  });
});

describe('the server', () => {
  it('serves the page under a policy that allows only its own files', async () => {
    const url = await start();
    const { headers, body } = await get(url);
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*script-src 'self'/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe/);
    expect(body).not.toMatch(/ on\w+=|javascript:|style="/);
    expect((await get(new URL('/page.js', url))).body).toBe(ASSETS.script);
    expect((await get(new URL('/page.css', url))).headers['content-type']).toMatch('text/css');
  });

  it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', '10.0.0.1'])(
    'refuses the host %p, which may be rebound to a foreign page',
    async (host) => {
      const url = await start();
      expect((await get(url, { host })).statusCode).toBe(421);
      expect((await get(new URL('/events', url), { host })).statusCode).toBe(421);
    },
  );

  it.each(['localhost', '127.0.0.1', '[::1]'])('accepts the host name %s', async (name) => {
    const url = await start();
    expect((await get(url, { host: `${name}:${url.port}` })).statusCode).toBe(200);
  });

  it('beyond loopback requires its token, which then comes in a cookie', async () => {
    const url = new URL((await start({ host: '0.0.0.0' })).href.replace('0.0.0.0', '127.0.0.1'));
    const without = new URL('/', url);
    expect((await get(without)).statusCode).toBe(403);
    expect((await get(new URL('/?token=0123', url))).statusCode).toBe(403);
    const { statusCode, headers } = await get(url);
    expect(statusCode).toBe(200);
    const [cookie] = headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await get(new URL('/page.js', url), { cookie: cookie!.split(';')[0]! })).statusCode).toBe(200);
  });

  it.each([
    ['/nothing', 404],
    ['/../package.json', 404],
    ['/page.js/..%2f', 404],
  ])('has nothing at %s', async (path, status) => {
    const url = await start();
    expect((await get(new URL(path, url))).statusCode).toBe(status);
  });

  it('survives a prediction that is cut off in the middle', async () => {
    const url = await start({ predict: () => undefined });
    const socket = connect(Number(url.port), url.hostname);
    const head = `POST /prediction HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\n`;
    socket.resume().end(`${head}content-length: 1000\r\n\r\n{"cause"`);
    await once(socket, 'close');
    expect((await get(url)).statusCode).toBe(200);
  });

  it('survives a bug in what takes a prediction, and says that it could not answer', async () => {
    const url = await start({
      predict: () => {
        throw new TypeError('a bug');
      },
    });
    const posted = request(new URL('/prediction', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    posted.end('{}');
    const [response] = (await once(posted, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(500);
    expect((await get(url)).statusCode).toBe(200);
  });

  it('reports the taken port and what to do', async () => {
    const url = await start();
    await expect(startWatchServer({ log, assets: ASSETS, port: Number(url.port) })).rejects.toMatchObject({
      message: expect.stringContaining(`Port ${url.port} on 127.0.0.1 is taken`),
      kind: 'environment',
    });
  });
});
